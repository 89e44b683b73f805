/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Entries of a folder that are looked at for their names. */
#define ENTRIES_MAX 4096

#define NAME_BYTES 64

enum tcn_status tcn_place_path(char out_path[TCN_CLI_PATH_BYTES], const char *dir,
                               const char *format, ...) {
    int size = snprintf(out_path, TCN_CLI_PATH_BYTES, "%s/", dir);
    if (size < 0 || size >= TCN_CLI_PATH_BYTES) {
        return TCN_TOOBIG;
    }
    va_list arguments;
    va_start(arguments, format);
    int rest = vsnprintf(out_path + size, TCN_CLI_PATH_BYTES - (size_t)size, format, arguments);
    va_end(arguments);
    return rest < 0 || rest >= TCN_CLI_PATH_BYTES - size ? TCN_TOOBIG : TCN_OK;
}

enum tcn_status tcn_place_make(const char *path) {
    if (mkdir(path, 0700) == 0 || errno == EEXIST) {
        return TCN_OK;
    }
    return errno == EACCES || errno == EROFS ? TCN_DENIED : errno == ENOENT ? TCN_ABSENT : TCN_IO;
}

static int read_fault(struct tcn_cli *cli, const char *path, const char *hint) {
    (void)fprintf(cli->err, "tocsin: cannot read the configuration %s: because %s\ntry: %s\n", path,
                  strerror(errno), hint);
    return TCN_EXIT_CONFIG;
}

/* Says which of those that the folder etc/ has a watcher of begins most like the word. */
static void print_nearest(FILE *file, DIR *folder, const char *etc, const char *word) {
    const struct dirent *entry = readdir(folder);
    char best[NAME_BYTES] = "";
    size_t best_size = 0;
    for (unsigned count = 0; entry != NULL && count < ENTRIES_MAX; count++) {
        const char *name = strncmp(entry->d_name, "watch.", 6) == 0 ? entry->d_name + 6 : "";
        size_t size = 0;
        while (word[size] != '\0' && word[size] == name[size]) {
            size++;
        }
        if (size > best_size) {
            best_size = size;
            (void)snprintf(best, sizeof best, "%.*s", (int)strcspn(name, "."), name);
        }
        entry = readdir(folder);
    }
    if (best_size > 0) {
        (void)fprintf(file, "try: %s; `ls %s` shows everybody\n", best, etc);
    } else {
        (void)fprintf(file, "try: `ls %s` shows everybody, behind \"watch.\"\n", etc);
    }
}

/* No configuration where it should be: nothing was said, or what was said names no district, or no
 * one of the district. */
static int place_fault(struct tcn_cli *cli, const char *place, const char *role, const char *path) {
    char etc[TCN_CLI_PATH_BYTES];
    bool is_absent = errno == ENOENT;
    if (place == NULL) {
        (void)fprintf(cli->err,
                      "tocsin: cannot find a district: because neither --dir, TOCSIN_DIR "
                      "nor --config says where it is\n"
                      "try: export TOCSIN_DIR=DIR, the folder that `tocsin up` printed\n");
        return TCN_EXIT_CONFIG;
    }
    DIR *folder = tcn_place_path(etc, place, "etc") == TCN_OK ? opendir(etc) : NULL;
    if (folder == NULL) {
        (void)fprintf(cli->err,
                      "tocsin: cannot find a district in %s: because it has no folder "
                      "etc\ntry: --dir DIR, the folder that `tocsin up` printed\n",
                      place);
        return TCN_EXIT_CONFIG;
    }
    const char *dot = strchr(role, '.');
    if (dot == NULL || !is_absent) {
        (void)closedir(folder);
        return read_fault(cli, path, "--dir DIR, the folder that `tocsin up` printed");
    }
    (void)fprintf(cli->err,
                  "tocsin: cannot speak as %s: because this district has nobody of that "
                  "name\n",
                  dot + 1);
    print_nearest(cli->err, folder, etc, dot + 1);
    (void)closedir(folder);
    return TCN_EXIT_CONFIG;
}

int tcn_place_config(struct tcn_cli *cli, const char *config_file, const char *dir,
                     const char *role, struct tcn_config **out_config) {
    char path[TCN_CLI_PATH_BYTES] = "tocsin.yaml";
    const char *place = dir != NULL ? dir : getenv("TOCSIN_DIR");
    if (config_file != NULL) {
        if (snprintf(path, sizeof path, "%s", config_file) >= (int)sizeof path) {
            return tcn_cli_fail(cli, TCN_TOOBIG, NULL, "open the file that --config names");
        }
    } else if (place != NULL) {
        enum tcn_status status = tcn_place_path(path, place, "etc/%s.yaml", role);
        if (status != TCN_OK) {
            return tcn_cli_fail(cli, status, NULL, "open the folder %s", place);
        }
    }
    if (access(path, R_OK) != 0) {
        return config_file == NULL ? place_fault(cli, place, role, path)
                                   : read_fault(cli, path, "tocsin config check FILE");
    }
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    if (errors == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "read %s", path);
    }
    int code = TCN_EXIT_OK;
    if (tcn_config_read(path, out_config, errors) != TCN_OK) {
        tcn_cli_faults(cli, errors);
        code = TCN_EXIT_CONFIG;
    }
    free(errors);
    return code;
}

enum tcn_status tcn_place_programs(char out_path[TCN_CLI_PATH_BYTES]) {
    ssize_t size = readlink("/proc/self/exe", out_path, TCN_CLI_PATH_BYTES - 1);
    if (size <= 0) {
        return TCN_IO;
    }
    if (size == TCN_CLI_PATH_BYTES - 1) {
        return TCN_TOOBIG;
    }
    out_path[size] = '\0';
    char *slash = strrchr(out_path, '/');
    if (slash == NULL) {
        return TCN_IO;
    }
    *slash = '\0';
    return TCN_OK;
}

static bool has_policy(const char *dir) {
    char path[TCN_CLI_PATH_BYTES];
    return tcn_place_path(path, dir, "regime.yaml") == TCN_OK && access(path, R_OK) == 0;
}

enum tcn_status tcn_place_policy(const struct tcn_cli *cli, const char *given,
                                 char out_path[TCN_CLI_PATH_BYTES]) {
    if (given != NULL) {
        int size = snprintf(out_path, TCN_CLI_PATH_BYTES, "%s", given);
        return size >= TCN_CLI_PATH_BYTES ? TCN_TOOBIG : TCN_OK;
    }
    char programs[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_programs(programs);
    if (status != TCN_OK) {
        return status;
    }
    static const char *const places[] = {"../share/tocsin/policy", "../../../policy"};
    for (size_t index = 0; index < sizeof places / sizeof places[0]; index++) {
        if (tcn_place_path(out_path, programs, "%s", places[index]) == TCN_OK &&
            has_policy(out_path)) {
            return TCN_OK;
        }
    }
    if (!has_policy(cli->policy_dir)) {
        return TCN_ABSENT;
    }
    (void)snprintf(out_path, TCN_CLI_PATH_BYTES, "%s", cli->policy_dir);
    return TCN_OK;
}
