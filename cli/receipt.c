/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin receipt verify`: does the log of this collector hold the chunk, and since when; and is an
 * audit's answer the one that it signed. */
#include "client/receipt.h"

#include "base/uuid.h"
#include "cli/bundle_verify.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

#define ARENA_BYTES ((size_t)64 * 1024)

/* All that the verb takes. */
struct verifying {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *key;
    const char *format_option;
    enum tcn_format format;
    struct tcn_keyring ring; /* of the collector */
};

static int parse(struct verifying *verifying, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        {"key", 'k', "HEX", "the collector's signing key, 64 digits", NULL, &verifying->key},
        TCN_SEAT_CONFIG_OPTION(&verifying->options),
        TCN_SEAT_DIR_OPTION(&verifying->options),
        {"output", 'o', "FORMAT", "table, json", NULL, &verifying->format_option},
    };
    const struct tcn_cli_syntax syntax = {"receipt verify FILE --key HEX|--config FILE|--dir DIR",
                                          options, sizeof options / sizeof options[0]};
    return tcn_cli_parse(verifying->cli, &syntax, argc, argv, out_first);
}

static int find_key(struct verifying *verifying) {
    if (verifying->key != NULL) {
        struct tcn_public_key key = {{0}};
        enum tcn_status status =
            tcn_hex_decode(tcn_slice_text(verifying->key), key.bytes, sizeof key.bytes);
        tcn_keyring_init(&verifying->ring, NULL, &key);
        return status == TCN_OK ? TCN_EXIT_OK
                                : tcn_cli_usage(verifying->cli, "receipt --help",
                                                "--key takes 64 hexadecimal digits");
    }
    struct tcn_seat seat = {0};
    int code = tcn_seat_init(verifying->cli, &verifying->options, "auditor", &seat);
    if (code == TCN_EXIT_OK && !seat.config->has_client) {
        code = tcn_cli_usage(verifying->cli, "receipt --help",
                             "the configuration names no collector; give --key");
    }
    if (code == TCN_EXIT_OK) {
        verifying->ring = seat.names.ring;
    }
    if (code == TCN_EXIT_OK && !seat.has_names) {
        tcn_keyring_init(&verifying->ring, NULL, &seat.config->client.collector_signing_key);
    }
    tcn_seat_fini(&seat);
    return code;
}

static int print(struct verifying *verifying, const struct tcn_receipt_body *body) {
    struct tcn_cli *cli = verifying->cli;
    if (verifying->format == TCN_FORMAT_JSON) {
        struct tcn_json_writer writer;
        tcn_json_writer_init_document(&writer, "receipt");
        tcn_json_receipt_fields(&writer, body);
        enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
        tcn_json_writer_fini(&writer);
        return status == TCN_OK ? TCN_EXIT_OK
                                : tcn_cli_fail(cli, status, NULL, "print the receipt");
    }
    char id[TCN_UUID_TEXT_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_uuid_to_text(body->log_id.bytes, id);
    tcn_show_time(body->log_time_ns, time);
    (void)fprintf(cli->out,
                  "The receipt is good: log %s (generation %" PRIu64 ") holds %u events of source "
                  "%u, sequences from %" PRIu64 " on, at positions from %" PRIu64 " on, since %s\n",
                  id, body->generation, (unsigned)body->count, (unsigned)body->lane.source,
                  body->first_sequence, body->first_position, time);
    return TCN_EXIT_OK;
}

static int verify_receipt(struct verifying *verifying, const char *path, struct tcn_slice data) {
    struct tcn_cli *cli = verifying->cli;
    int code = TCN_EXIT_OK;
    struct tcn_arena arena = {0};
    struct tcn_receipt_body body;
    enum tcn_status status = data.size <= TCN_RECEIPT_BYTES_MAX ? TCN_OK : TCN_TOOBIG;
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take %s for a receipt", path);
    }
    status = tcn_arena_init(&arena, ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_receipt_read(data, &verifying->ring, &arena, &body);
    }
    if (status == TCN_OK) {
        code = print(verifying, &body);
    } else {
        (void)tcn_cli_fail(cli, status,
                           status == TCN_BAD_SIGNATURE
                               ? "if the collector has another key by now: --key HEX; tocsin log "
                                 "verify names the keys and from where each of them signs"
                               : NULL,
                           "believe the receipt %s", path);
        code = status == TCN_NOMEM ? TCN_EXIT_FAILURE : TCN_EXIT_DAMAGED;
    }
    tcn_arena_fini(&arena);
    return code;
}

/* A receipt, or an audit's bundle, which says what it is. */
static int verify(struct verifying *verifying, const char *path) {
    const struct tcn_bundle_view view = {
        .cli = verifying->cli, .path = path, .ring = &verifying->ring, .format = verifying->format};
    struct tcn_slice data;
    int code = tcn_bundle_read_file(&view, &data);
    if (code == TCN_EXIT_OK) {
        code = tcn_bundle_is(data) ? tcn_bundle_verify(&view, data)
                                   : verify_receipt(verifying, path, data);
    }
    tcn_bundle_free_file(&data);
    return code;
}

int tcn_verb_receipt(struct tcn_cli *cli, int argc, char **argv) {
    struct verifying verifying = {.cli = cli};
    int first = 0;
    int code = parse(&verifying, argc, argv, &first);
    if (code == TCN_EXIT_OK && (argc - first != 2 || strcmp(argv[first], "verify") != 0)) {
        return tcn_cli_usage(cli, "receipt --help",
                             "receipt takes verify and a file: a receipt, or a bundle of an audit");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, verifying.format_option,
                              1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &verifying.format);
    }
    if (code == TCN_EXIT_OK) {
        code = find_key(&verifying);
    }
    if (code == TCN_EXIT_OK) {
        code = verify(&verifying, argv[first + 1]);
    }
    return code == -1 ? TCN_EXIT_OK : code;
}
