/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin replay`: history, item by item or as its digest alone. */
#include "client/replay.h"

#include "base/uuid.h"
#include "cli/item.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/rewrap.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* All that the verb takes. */
struct replaying {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *since;
    const char *until;
    const char *domain;
    const char *division;
    const char *matter;
    const char *organ;
    const char *first;
    const char *last;
    const char *speed;
    const char *known;
    const char *format_option;
    bool is_digest;

    struct tcn_seat seat;
    struct tcn_item_view view;
    struct tcn_arena arena;
    struct tcn_rewraps *handed; /* to this organ, of one matter */
    uint64_t unread_count;      /* items whose open part does not decode */
};

static int parse(struct replaying *replaying, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"since", 0, "T", "log time from T on", NULL, &replaying->since},
        {"until", 0, "T", "log time before T", NULL, &replaying->until},
        {"domain", 0, "D", "of this kind", NULL, &replaying->domain},
        {"division", 0, "CODE", "of this place; a township covers its villages", NULL,
         &replaying->division},
        {"matter", 0, "ID", "of this matter", NULL, &replaying->matter},
        TCN_SEAT_BUREAU_OPTION(&replaying->options),
        TCN_SEAT_OFFICE_OPTION(&replaying->options),
        {"organ", 0, "O", "what this organ was told, as the auditor", NULL, &replaying->organ},
        {"from-position", 0, "N", "from this position on", NULL, &replaying->first},
        {"to-position", 0, "N", "up to this position", NULL, &replaying->last},
        {"speed", 0, "X", "times as fast as it happened; else as fast as possible", NULL,
         &replaying->speed},
        {"as-known-at", 0, "N", "as it was known at this position", NULL, &replaying->known},
        {"digest", 0, NULL, "count and digest alone", &replaying->is_digest, NULL},
        {"output", 'o', "FORMAT", "table, ndjson, csv; with --digest: json", NULL,
         &replaying->format_option},
        TCN_SEAT_DIR_OPTION(&replaying->options),
        TCN_SEAT_CONFIG_OPTION(&replaying->options),
    };
    const struct tcn_cli_syntax syntax = {"replay [--since T] [--until T] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(replaying->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(replaying->cli, "replay --help", "replay takes no argument %s",
                             argv[first]);
    }
    return code;
}

static bool is_position(const char *text, uint64_t *out_position) {
    return text == NULL || tcn_text_to_u64(tcn_slice_text(text), out_position) == TCN_OK;
}

static bool is_time(const char *text, int64_t *out_ns) {
    return text == NULL || tcn_show_read_time(text, out_ns) == TCN_OK;
}

static bool is_speed(const char *text, uint32_t *out_milli) {
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    double speed = strtod(text, &end);
    if (end == text || *end != '\0' || !(speed >= 0.001) || speed > 1e6) {
        return false;
    }
    *out_milli = (uint32_t)(speed * 1000);
    return true;
}

static bool is_division(const char *text, uint64_t *out_code) {
    return text == NULL || (strlen(text) == TCN_DIVISION_DIGITS &&
                            tcn_text_to_u64(tcn_slice_text(text), out_code) == TCN_OK);
}

/* Reads the filters, but for the organ, which needs the district's words. */
static int read_filters(struct replaying *replaying, struct tcn_replay *replay) {
    struct tcn_cli *cli = replaying->cli;
    if (!is_time(replaying->since, &replay->since_ns) ||
        !is_time(replaying->until, &replay->until_ns)) {
        return tcn_cli_usage(cli, "replay --help",
                             "--since and --until take 2026-11-23, \"2026-11-23 14:05\" or "
                             "2026-11-23T14:05:00+08:00");
    }
    if (!is_position(replaying->first, &replay->first_position) ||
        !is_position(replaying->last, &replay->last_position) ||
        !is_position(replaying->known, &replay->as_known_at)) {
        return tcn_cli_usage(cli, "replay --help", "a position is a number");
    }
    if (!is_speed(replaying->speed, &replay->speed_milli)) {
        return tcn_cli_usage(cli, "replay --help", "--speed takes a number: 1 is as it happened");
    }
    if (!is_division(replaying->division, &replay->division)) {
        return tcn_cli_usage(cli, "replay --help", "--division takes 12 digits");
    }
    if (replaying->domain != NULL) {
        replay->domain = tcn_slice_text(replaying->domain);
        if (!tcn_text_is_word(replay->domain)) {
            return tcn_cli_usage(cli, "replay --help", "--domain takes a word of the policy");
        }
    }
    if (replaying->matter != NULL &&
        tcn_uuid_from_text(tcn_slice_text(replaying->matter), replay->matter.bytes) != TCN_OK) {
        return tcn_cli_usage(cli, "replay --help", "--matter takes the id of a matter");
    }
    return TCN_EXIT_OK;
}

static int read_format(struct replaying *replaying) {
    const unsigned allowed =
        replaying->is_digest
            ? 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_TABLE
            : 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_NDJSON | 1u << TCN_FORMAT_CSV;
    return tcn_cli_format(replaying->cli, replaying->format_option, allowed,
                          &replaying->view.format);
}

static enum tcn_status take(void *context, const struct tcn_item *item) {
    struct replaying *replaying = context;
    if (replaying->is_digest) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_item_print(&replaying->view, item);
    if (status == TCN_IO || status == TCN_NOMEM || status == TCN_OK) {
        return status;
    }
    replaying->unread_count++;
    (void)fprintf(replaying->cli->err, "tocsin: position %" PRIu64 " cannot be read: %s\n",
                  item->position, tcn_status_sentence(status));
    return TCN_OK;
}

static enum tcn_status take_handed(void *context, const struct tcn_item *item) {
    struct replaying *replaying = context;
    tcn_arena_reset(&replaying->arena);
    return tcn_rewraps_collect(replaying->handed, item, &replaying->seat.keys, &replaying->arena);
}

/* Halves that were handed to the own organ come behind the texts that they open: of one matter, all
 * are gathered first. */
static enum tcn_status gather_handed(struct replaying *replaying, const struct tcn_replay *replay) {
    const struct tcn_replay whole = {.organ = replay->organ, .matter = replay->matter};
    struct tcn_replay_result result;
    if (replay->organ == 0 || tcn_id_is_none(&replay->matter) || replaying->is_digest) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_rewraps_create(&replaying->handed);
    if (status == TCN_OK) {
        status = tcn_replay_run(replaying->seat.session, &whole, take_handed, replaying, &result);
    }
    replaying->view.handed = replaying->handed;
    return status;
}

static int sum(struct replaying *replaying, const struct tcn_replay_result *result) {
    struct tcn_cli *cli = replaying->cli;
    char digest[2 * sizeof result->digest.bytes + 1];
    tcn_hex_encode(result->digest.bytes, sizeof result->digest.bytes, digest);
    if (!replaying->is_digest) {
        (void)fflush(cli->out); /* the items first, also where both go to one place */
        (void)fprintf(cli->err, "-- %" PRIu64 " events up to position %" PRIu64 ", digest %s\n",
                      result->count, result->last_position, digest);
        return result->count > 0 ? TCN_EXIT_OK : TCN_EXIT_NOTHING;
    }
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "replay");
    tcn_json_add_u64(&writer, "count", result->count);
    tcn_json_add_word(&writer, "digest", digest);
    tcn_json_add_u64(&writer, "last_position", result->last_position);
    enum tcn_status status = tcn_json_write_file(&writer, cli->out, false);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_cli_fail(cli, status, NULL, "print the digest");
}

static int run(struct replaying *replaying, struct tcn_replay *replay) {
    struct tcn_cli *cli = replaying->cli;
    struct tcn_seat *seat = &replaying->seat;
    /* As a bureau or an office one sees what it was told; the auditor sees everything. */
    bool is_own = replaying->options.bureau != NULL || replaying->options.office != NULL;
    const char *organ = is_own ? seat->organ : replaying->organ;
    int code = organ == NULL ? TCN_EXIT_OK : tcn_seat_organ(cli, seat, organ, &replay->organ);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_session(cli, seat);
    }
    enum tcn_status status = TCN_OK;
    if (code == TCN_EXIT_OK) {
        status = tcn_arena_init(&replaying->arena, TCN_ITEM_ARENA_BYTES);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    replaying->view.cli = cli;
    replaying->view.policy = tcn_seat_policy(seat);
    replaying->view.keys = &seat->keys;
    replaying->view.key_file = seat->config->client.key_file;
    replaying->view.arena = &replaying->arena;
    if (!replaying->is_digest) {
        tcn_item_heading(&replaying->view);
    }
    struct tcn_replay_result result;
    if (status == TCN_OK) {
        status = gather_handed(replaying, replay);
    }
    if (status == TCN_OK) {
        status = tcn_replay_run(seat->session, replay, take, replaying, &result);
    }
    if (status == TCN_OK) {
        tcn_seat_tell_level(cli, result.level);
    }
    if (status == TCN_CORRUPT) {
        return tcn_cli_fail(cli, status, "the same again; if it stays, tocsin log verify",
                            "trust this replay: count or digest differ from the collector's");
    }
    return status == TCN_OK ? sum(replaying, &result)
                            : tcn_seat_fail(cli, status, tcn_cli_away_hint(status), "replay");
}

int tcn_verb_replay(struct tcn_cli *cli, int argc, char **argv) {
    struct replaying replaying = {.cli = cli};
    struct tcn_replay replay = {0};
    int code = parse(&replaying, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = read_format(&replaying);
    }
    if (code == TCN_EXIT_OK) {
        code = read_filters(&replaying, &replay);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &replaying.options, "auditor", &replaying.seat);
    }
    if (code == TCN_EXIT_OK) {
        code = run(&replaying, &replay);
    }
    tcn_rewraps_destroy(&replaying.handed);
    tcn_seat_fini(&replaying.seat);
    tcn_arena_fini(&replaying.arena);
    return code == -1 ? TCN_EXIT_OK : code;
}
