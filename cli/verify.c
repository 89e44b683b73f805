/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin log verify` and `tocsin log head`: whether a log is good by itself, and whether it is
 * still the one whose heads were copied away. Both read beside a collector that runs. */
#include "base/uuid.h"
#include "cli/asker.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "query/audit.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define SENTENCE_BYTES 256

/* The snapshots beside the log, newest first. */
struct snapshots {
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    const char *faults[TCN_SNAPSHOTS_MAX]; /* NULL: it is good */
    size_t count;
    enum tcn_status met; /* with the worst of them */
};

/* All that the two verbs take. */
struct verifying {
    struct tcn_cli *cli;
    const char *dir;
    const char *against_option;
    const char *export_option;
    const char *key_option;
    const char *config_option;
    bool is_running;
    const char *format_option;
    enum tcn_format format;
    struct tcn_folder folder;
    const char **paths; /* of the heads */
    struct tcn_head_claim *claims;
    size_t claim_count;
    struct tcn_audit_report report;
    struct snapshots snapshots;
    struct tcn_json_writer writer;
};

static int parse_verify(struct verifying *made, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up`, of the collector, or of a backup", NULL,
         &made->dir},
        {"against", 'a', "HEAD", "a head file that was copied away; more may follow", NULL,
         &made->against_option},
        {"output", 'o', "FORMAT", "table, json", NULL, &made->format_option},
    };
    const struct tcn_cli_syntax syntax = {"log verify --dir D [--against HEAD...]", options,
                                          sizeof options / sizeof options[0]};
    return tcn_cli_parse(made->cli, &syntax, argc, argv, out_first);
}

static int parse_head(struct verifying *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &made->dir},
        {"export", 'e', "FILE", "where the head goes; one that is there is replaced", NULL,
         &made->export_option},
        {"key", 'k', "FILE", "the collector's key file (default: D/keys/collector.key)", NULL,
         &made->key_option},
        {"running", 0, NULL, "ask the running collector for it; needs no key of its",
         &made->is_running, NULL},
        {"config", 'c', "FILE", "with --running: as who asks (default: the auditor of D)", NULL,
         &made->config_option},
        {"output", 'o', "FORMAT", "table, json", NULL, &made->format_option},
    };
    const struct tcn_cli_syntax syntax = {"log head --export FILE --dir D [--key FILE] | "
                                          "log head --export FILE --running [--config FILE]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && (argc != first || made->export_option == NULL)) {
        return tcn_cli_usage(made->cli, "log head --help", "log head takes --export FILE");
    }
    if (code == TCN_EXIT_OK &&
        (made->is_running ? made->key_option : made->config_option) != NULL) {
        return tcn_cli_usage(made->cli, "log head --help",
                             "--config goes with --running, and --key without it");
    }
    return code;
}

static int format(struct verifying *made) {
    return tcn_cli_format(made->cli, made->format_option,
                          1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &made->format);
}

static int print_json(struct verifying *made) {
    const enum tcn_status status = tcn_json_write_file(&made->writer, made->cli->out, true);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, NULL, "print the answer");
}

/* Reads the heads that were named: --against FILE and what follows. */
static int load_claims(struct verifying *made, int count, char **paths) {
    const size_t all = (made->against_option != NULL) + (size_t)count;
    if (made->against_option == NULL && count > 0) {
        return tcn_cli_usage(made->cli, "log verify --help", "heads come behind --against");
    }
    if (all > TCN_HEADS_ASKED_MAX) {
        return tcn_cli_usage(made->cli, "log verify --help", "%d heads at most at once",
                             TCN_HEADS_ASKED_MAX);
    }
    made->paths = calloc(all + 1, sizeof *made->paths);
    made->claims = calloc(all + 1, sizeof *made->claims);
    if (made->paths == NULL || made->claims == NULL) {
        return tcn_cli_fail(made->cli, TCN_NOMEM, NULL, "read the heads");
    }
    for (size_t i = 0; i < all; i++) {
        made->paths[i] = i == 0 ? made->against_option : paths[i - 1];
        const enum tcn_status status = tcn_head_load(made->paths[i], &made->claims[i]);
        if (status != TCN_OK) {
            const char *hint = status == TCN_UPGRADE ? "the version of tocsin that wrote it"
                                                     : "a file that tocsin log head wrote";
            return tcn_cli_fail(made->cli, status, hint, "read the head %s", made->paths[i]);
        }
    }
    made->claim_count = all;
    return TCN_EXIT_OK;
}

/* What a head says of the log, in a sentence. */
static void explain(const struct tcn_head_claim *claim, uint64_t last_position,
                    char out_text[SENTENCE_BYTES]) {
    const uint64_t position = claim->head.position;
    switch (claim->verdict) {
    case TCN_HEAD_HOLDS:
        (void)snprintf(out_text, SENTENCE_BYTES, "holds up to position %" PRIu64, position);
        break;
    case TCN_HEAD_GIVEN_UP:
        (void)snprintf(out_text, SENTENCE_BYTES,
                       "position %" PRIu64 " of generation %" PRIu64
                       " was given up by the restore at position %" PRIu64 "; no damage",
                       position, claim->head.generation, claim->where);
        break;
    case TCN_HEAD_CUT:
        (void)snprintf(out_text, SENTENCE_BYTES,
                       "CUT: the log ends at position %" PRIu64 ", %" PRIu64
                       " positions before position %" PRIu64 " of this head",
                       last_position, claim->where, position);
        break;
    case TCN_HEAD_OTHER:
        (void)snprintf(out_text, SENTENCE_BYTES,
                       "CHANGED: at or below position %" PRIu64
                       " the log is another than the one that was signed",
                       position);
        break;
    case TCN_HEAD_LATER:
        (void)snprintf(out_text, SENTENCE_BYTES,
                       "OLDER LOG: the head is of generation %" PRIu64
                       ", which this log does not know",
                       claim->head.generation);
        break;
    case TCN_HEAD_FOREIGN:
        (void)snprintf(out_text, SENTENCE_BYTES, "ANOTHER LOG: the head is not of this one");
        break;
    case TCN_HEAD_FORGED:
        (void)snprintf(
            out_text, SENTENCE_BYTES,
            "FORGED: none of the keys of this log's collector that counted there signed the head");
        break;
    case TCN_HEAD_UNJUDGED:
    default:
        (void)snprintf(out_text, SENTENCE_BYTES,
                       "not looked at: the log is damaged below position %" PRIu64, position);
        break;
    }
}

static void print_claims(struct verifying *made) {
    char text[SENTENCE_BYTES];
    for (size_t i = 0; i < made->claim_count; i++) {
        explain(&made->claims[i], made->report.last_position, text);
        (void)fprintf(made->cli->out, "%-14s %s: %s\n", "head", made->paths[i], text);
    }
}

static void add_claims(struct verifying *made) {
    struct tcn_json_writer *writer = &made->writer;
    char text[SENTENCE_BYTES];
    tcn_json_array_begin(writer, "heads");
    for (size_t i = 0; i < made->claim_count; i++) {
        const struct tcn_head_claim *claim = &made->claims[i];
        explain(claim, made->report.last_position, text);
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "file", made->paths[i]);
        tcn_json_add_word(writer, "verdict", tcn_head_verdict_name(claim->verdict));
        tcn_json_add_bool(writer, "is_good", tcn_head_is_good(claim->verdict));
        tcn_json_add_u64(writer, "generation", claim->head.generation);
        tcn_json_add_u64(writer, "position", claim->head.position);
        tcn_json_add_u64(writer, "where", claim->where);
        tcn_json_add_word(writer, "says", text);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

/* Everything about a snapshot is checked: signature, place in the chain, and every row. One of
 * another version is none of ours, and no damage; one that is not whole, because a program died in
 * it or a collector that runs removes it now, is none at all. */
static void verify_snapshots(struct verifying *made) {
    struct snapshots *snapshots = &made->snapshots;
    struct tcn_keyring ring;
    const struct tcn_snapshot_place place = {
        .dir = made->folder.dir, .reader = made->folder.log_reader, .ring = &ring};
    uint64_t positions[TCN_SNAPSHOTS_MAX];
    size_t count = 0;
    snapshots->met = tcn_snapshot_list(place.dir, positions, &count);
    if (snapshots->met == TCN_OK) { /* behind the list: a collector may go on beside this */
        snapshots->met = tcn_rights_load_ring(&made->folder.charter, place.reader, &ring);
    }
    count = snapshots->met == TCN_OK ? count : 0;
    for (size_t i = 0; i < count; i++) {
        struct tcn_checkpoint checkpoint;
        const char *fault = NULL;
        const char *again = NULL;
        const enum tcn_status met = tcn_snapshot_verify(&place, positions[i], &checkpoint, &fault);
        if (met != TCN_OK &&
            tcn_snapshot_check(&place, positions[i], &checkpoint, &again) == TCN_ABSENT) {
            continue;
        }
        if (met != TCN_OK && met != TCN_VERSION) {
            snapshots->met = TCN_CORRUPT;
        }
        snapshots->positions[snapshots->count] = positions[i];
        snapshots->faults[snapshots->count] = fault;
        snapshots->count++;
    }
}

static void print_snapshots(const struct verifying *made) {
    for (size_t i = 0; i < made->snapshots.count; i++) {
        const char *fault = made->snapshots.faults[i];
        (void)fprintf(made->cli->out, "%-14s %" PRIu64 ": %s\n", "snapshot",
                      made->snapshots.positions[i], fault == NULL ? "good" : fault);
    }
}

static void add_snapshots(struct verifying *made) {
    struct tcn_json_writer *writer = &made->writer;
    tcn_json_array_begin(writer, "snapshots");
    for (size_t i = 0; i < made->snapshots.count; i++) {
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_u64(writer, "position", made->snapshots.positions[i]);
        tcn_json_add_bool(writer, "is_good", made->snapshots.faults[i] == NULL);
        tcn_json_add_word(writer, "bad_what", made->snapshots.faults[i]);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

/* The collector's keys, and from where each of them signs. */
static void add_signers(struct verifying *made) {
    struct tcn_json_writer *writer = &made->writer;
    tcn_json_array_begin(writer, "signers");
    for (uint32_t i = 0; i < made->report.signer_count; i++) {
        const struct tcn_audit_signer *signer = &made->report.signers[i];
        char key[2 * sizeof(struct tcn_public_key) + 1];
        tcn_hex_encode(signer->key.bytes, sizeof signer->key.bytes, key);
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "key", key);
        tcn_json_add_u64(writer, "first_position", signer->first_position);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

static void print_signers(const struct verifying *made) {
    for (uint32_t i = 0; i < made->report.signer_count; i++) {
        const struct tcn_audit_signer *signer = &made->report.signers[i];
        char key[2 * sizeof(struct tcn_public_key) + 1];
        tcn_hex_encode(signer->key.bytes, sizeof signer->key.bytes, key);
        (void)fprintf(made->cli->out, "%-14s %s from position %" PRIu64 "\n", "signed by", key,
                      signer->first_position);
    }
}

static int print_verdict(struct verifying *made) {
    const struct tcn_audit_report *report = &made->report;
    const bool is_bad = report->bad_position != 0 || report->bad_what != NULL;
    if (made->format == TCN_FORMAT_JSON) {
        struct tcn_json_writer *writer = &made->writer;
        tcn_json_writer_init_document(writer, "log_verify");
        tcn_json_add_bool(writer, "is_good", !is_bad);
        tcn_json_add_u64(writer, "record_count", report->record_count);
        tcn_json_add_u64(writer, "event_count", report->event_count);
        tcn_json_add_u64(writer, "group_count", report->group_count);
        tcn_json_add_u64(writer, "last_position", report->last_position);
        tcn_json_add_u64(writer, "bad_position", report->bad_position);
        tcn_json_add_word(writer, "bad_what", report->bad_what);
        tcn_json_add_hash(writer, "digest", &report->digest);
        tcn_json_add_hash(writer, "tail", &report->tail);
        add_signers(made);
        add_claims(made);
        add_snapshots(made);
        return print_json(made);
    }
    FILE *out = made->cli->out;
    tcn_show_number(out, "good records", report->record_count);
    tcn_show_number(out, "good events", report->event_count);
    tcn_show_number(out, "good groups", report->group_count);
    tcn_show_number(out, "last position", report->last_position);
    tcn_show_hash(out, "digest", &report->digest);
    tcn_show_hash(out, "tail", &report->tail);
    print_signers(made);
    if (is_bad) {
        (void)fprintf(out, "%-14s %" PRIu64 ": %s\n", "DAMAGED at", report->bad_position,
                      report->bad_what == NULL ? "the record" : report->bad_what);
    }
    print_claims(made);
    print_snapshots(made);
    return TCN_EXIT_OK;
}

/* The first head that does not hold ends the verb, with its sentence. */
static int judge_claims(struct verifying *made) {
    char text[SENTENCE_BYTES];
    for (size_t i = 0; i < made->claim_count; i++) {
        if (tcn_head_is_good(made->claims[i].verdict)) {
            continue;
        }
        explain(&made->claims[i], made->report.last_position, text);
        (void)fprintf(made->cli->err,
                      "tocsin: cannot find the log good: because of %s: %s\n"
                      "try: keep this folder as it is, and restore a backup at which the head "
                      "holds\n",
                      made->paths[i], text);
        return TCN_EXIT_DAMAGED;
    }
    return TCN_EXIT_OK;
}

static int verify(struct verifying *made) {
    int code = tcn_folder_open(made->cli, made->dir, TCN_FOLDER_LOG_BESIDE, &made->folder);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status = tcn_audit_against(
        made->folder.log, &made->folder.charter, made->claims, made->claim_count, &made->report);
    if (status == TCN_OK) {
        verify_snapshots(made);
    }
    if (status == TCN_OK || status == TCN_CORRUPT) {
        code = print_verdict(made);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(made->cli, status, "restore a backup",
                            "verify the log beyond position %" PRIu64, made->report.last_position);
    }
    if (made->snapshots.met != TCN_OK) {
        return tcn_cli_fail(made->cli, made->snapshots.met,
                            "remove it: the log is good, and the collector makes another",
                            "verify a snapshot of the state");
    }
    return code == TCN_EXIT_OK ? judge_claims(made) : code;
}

int tcn_verb_log_verify(struct tcn_cli *cli, int argc, char **argv) {
    struct verifying made = {.cli = cli};
    int first = 0;
    int code = parse_verify(&made, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = format(&made);
    }
    if (code == TCN_EXIT_OK) {
        code = load_claims(&made, argc - first, argv + first);
    }
    if (code == TCN_EXIT_OK) {
        code = verify(&made);
    }
    free(made.claims);
    free(made.paths);
    tcn_json_writer_fini(&made.writer);
    tcn_folder_close(&made.folder);
    return code == -1 ? TCN_EXIT_OK : code;
}

static int print_head(struct verifying *made, const struct tcn_log_head *head) {
    char id[TCN_UUID_TEXT_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_uuid_to_text(head->log_id.bytes, id);
    if (made->format == TCN_FORMAT_JSON) {
        struct tcn_json_writer *writer = &made->writer;
        tcn_json_writer_init_document(writer, "log_head");
        tcn_json_add_word(writer, "log_id", id);
        tcn_json_add_u64(writer, "generation", head->generation);
        tcn_json_add_u64(writer, "position", head->position);
        tcn_json_add_hash(writer, "tail", &head->tail);
        tcn_json_add_word(writer, "file", made->export_option);
        return print_json(made);
    }
    FILE *out = made->cli->out;
    tcn_show_time(head->log_time_ns, time);
    (void)fprintf(out, "%-14s %s\n", "log", id);
    tcn_show_number(out, "generation", head->generation);
    (void)fprintf(out, "%-14s %" PRIu64 ", of %s\n", "position", head->position, time);
    tcn_show_hash(out, "tail", &head->tail);
    (void)fprintf(out, "%-14s %s: copy it to where this machine cannot write\n", "signed, in",
                  made->export_option);
    return TCN_EXIT_OK;
}

/* Signs one beside the collector, with its key. */
static int make_head(struct verifying *made, struct tcn_head_claim *out_claim) {
    char key[TCN_CLI_PATH_BYTES];
    int code = tcn_folder_open(made->cli, made->dir, TCN_FOLDER_LOG_BESIDE, &made->folder);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const char *dir = made->dir != NULL ? made->dir : getenv("TOCSIN_DIR");
    if (tcn_place_path(key, dir == NULL ? "." : dir, "keys/collector.key") != TCN_OK) {
        return tcn_cli_fail(made->cli, TCN_TOOBIG, NULL, "name the collector's key file");
    }
    const char *key_path = made->key_option != NULL ? made->key_option : key;
    const enum tcn_status status =
        tcn_head_make_with(&made->folder.charter, made->folder.log_reader, key_path, out_claim);
    tcn_log_reader_reset(made->folder.log_reader);
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(made->cli, status,
                              "--key FILE, the collector's key file, as the collector's user",
                              "sign the head with %s", key_path);
}

/* Asks the running collector for one. */
static int ask_head(struct verifying *made, struct tcn_head_claim *out_claim) {
    const struct tcn_asker_options options = {
        .seat = {.dir = made->dir, .config = made->config_option}};
    const struct tcn_query query = {.kind = TCN_QUERY_HEAD};
    struct tcn_asker asker;
    struct tcn_answer answer;
    int code = tcn_asker_init(made->cli, &options, &asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_asker_ask(&asker, &query, &answer);
    }
    if (code == TCN_EXIT_OK) {
        enum tcn_status status =
            tcn_head_take(answer.log_head, answer.log_head_signature, out_claim);
        if (status == TCN_OK) {
            status = tcn_head_check(out_claim, &asker.seat.config->client.collector_signing_key);
        }
        code = status == TCN_OK ? code : tcn_cli_fail(made->cli, status, NULL, "take the head");
    }
    tcn_asker_fini(&asker);
    return code;
}

static int export_head(struct verifying *made) {
    struct tcn_head_claim claim;
    const int code = made->is_running ? ask_head(made, &claim) : make_head(made, &claim);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const enum tcn_status status = tcn_head_save(&claim, made->export_option);
    if (status != TCN_OK) {
        return tcn_cli_fail(made->cli, status, "--export to another place", "write %s",
                            made->export_option);
    }
    return print_head(made, &claim.head);
}

int tcn_verb_log_head(struct tcn_cli *cli, int argc, char **argv) {
    struct verifying made = {.cli = cli};
    int code = parse_head(&made, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = format(&made);
    }
    if (code == TCN_EXIT_OK) {
        code = export_head(&made);
    }
    tcn_json_writer_fini(&made.writer);
    tcn_folder_close(&made.folder);
    return code == -1 ? TCN_EXIT_OK : code;
}
