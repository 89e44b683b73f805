/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key ls DIR`: the key files of a folder; what is shown of them is public. */
#include "cli/key.h"
#include "cli/place.h"
#include "cli/show.h"
#include "client/session.h"
#include "json/write.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEX_BYTES (2 * sizeof(struct tcn_public_key) + 1)

/* What is being printed. */
struct keys {
    struct tcn_cli *cli;
    enum tcn_format format;
    struct tcn_table *table;
    struct tcn_json_writer writer;
    uint32_t count;
};

static enum tcn_status add_set(struct keys *keys, const struct tcn_key_set *set, const char *file) {
    char transport[HEX_BYTES];
    char signing[HEX_BYTES];
    char seal[HEX_BYTES] = "-";
    tcn_hex_encode(set->transport.public_key.bytes, sizeof set->transport.public_key.bytes,
                   transport);
    tcn_hex_encode(set->signing.public_key.bytes, sizeof set->signing.public_key.bytes, signing);
    if (set->has_seal) {
        tcn_hex_encode(set->seal.public_key.bytes, sizeof set->seal.public_key.bytes, seal);
    }
    keys->count++;
    if (keys->table != NULL) {
        const char *const cells[] = {set->name, file, transport, signing, seal};
        return tcn_table_add(keys->table, cells);
    }
    tcn_json_object_begin(&keys->writer, NULL);
    tcn_json_add_word(&keys->writer, "name", set->name);
    tcn_json_add_word(&keys->writer, "file", file);
    tcn_json_add_bool(&keys->writer, "has_secrets", set->has_secrets);
    tcn_json_add_word(&keys->writer, "transport", transport);
    tcn_json_add_word(&keys->writer, "signing", signing);
    tcn_json_add_word(&keys->writer, "seal", set->has_seal ? seal : NULL);
    tcn_json_object_end(&keys->writer);
    return keys->writer.status;
}

static bool ends_in(const char *name, const char *end) {
    size_t size = strlen(name);
    size_t end_size = strlen(end);
    return size > end_size && strcmp(name + size - end_size, end) == 0;
}

static enum tcn_status add_file(struct keys *keys, const char *dir, const char *name) {
    char path[TCN_CLI_PATH_BYTES];
    struct tcn_key_set set = {0};
    bool is_secret = ends_in(name, ".key");
    if (!is_secret && !ends_in(name, ".pub")) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_place_path(path, dir, "%s", name);
    if (status == TCN_OK) {
        status = is_secret ? tcn_key_file_read(path, &set) : tcn_key_file_read_public(path, &set);
    }
    if (status != TCN_OK) {
        /* One bad file does not hide the others. */
        (void)fprintf(keys->cli->err, "tocsin: %s: %s\n", path, tcn_status_sentence(status));
        return TCN_OK;
    }
    status = add_set(keys, &set, name);
    tcn_key_set_fini(&set);
    return status;
}

static int no_filter(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static enum tcn_status add_files(struct keys *keys, const char *dir, struct dirent **entries,
                                 int count) {
    static const struct tcn_table_column columns[] = {{"NAME", false},
                                                      {"FILE", false},
                                                      {"TRANSPORT", false},
                                                      {"SIGNING", false},
                                                      {"SEAL", false}};
    tcn_json_writer_init_document(&keys->writer, "keys");
    tcn_json_array_begin(&keys->writer, "keys");
    enum tcn_status status = TCN_OK;
    if (keys->format == TCN_FORMAT_TABLE) {
        status = tcn_table_create(keys->cli, TCN_FORMAT_TABLE, columns,
                                  sizeof columns / sizeof columns[0], &keys->table);
    }
    for (int index = 0; status == TCN_OK && index < count; index++) {
        status = add_file(keys, dir, entries[index]->d_name);
    }
    tcn_json_array_end(&keys->writer);
    if (status != TCN_OK) {
        return status;
    }
    return keys->table != NULL ? tcn_table_print(keys->table)
                               : tcn_json_write_file(&keys->writer, keys->cli->out, true);
}

static int list(struct keys *keys, const char *dir) {
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, no_filter, alphasort);
    if (count < 0) {
        (void)fprintf(keys->cli->err,
                      "tocsin: cannot read the folder %s: because %s\ntry: key ls DIR\n", dir,
                      strerror(errno));
        return TCN_EXIT_FAILURE;
    }
    enum tcn_status status = add_files(keys, dir, entries, count);
    for (int index = 0; index < count; index++) {
        free(entries[index]);
    }
    free(entries);
    if (status != TCN_OK) {
        return tcn_cli_fail(keys->cli, status, NULL, "list the keys in %s", dir);
    }
    return keys->count == 0 ? TCN_EXIT_NOTHING : TCN_EXIT_OK;
}

int tcn_key_files(struct tcn_cli *cli, const char *dir, enum tcn_format format) {
    struct keys keys = {.cli = cli, .format = format};
    int code = list(&keys, dir);
    tcn_table_destroy(&keys.table);
    tcn_json_writer_fini(&keys.writer);
    return code;
}
