/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin rewrap`: hands the sealed texts of a matter to the organ that leads it next. */
#include "client/rewrap.h"
#include "base/uuid.h"
#include "cli/await.h"
#include "cli/verbs.h"
#include "client/replay.h"

#include <inttypes.h>
#include <string.h>

/** Arena for one item. */
#define ITEM_BYTES ((size_t)2 * 1024 * 1024)

/* All that the verb takes, and what it finds. */
struct rewrapping {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    struct tcn_await await;
    const char *to;
    struct tcn_id matter;
    struct tcn_seat seat;
    uint16_t organ; /* of --to */
    struct tcn_arena arena;
    struct tcn_rewraps *handed;   /* to this organ */
    struct tcn_rewraps *gathered; /* for the other */
    struct tcn_rewrap_counts counts;
    struct tcn_rewrap_let let;
    bool is_key_lost;
    bool is_gathering; /* the second time through */
};

static int parse(struct rewrapping *rewrapping, int argc, char **argv) {
    struct tcn_cli *cli = rewrapping->cli;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&rewrapping->options),
        TCN_SEAT_OFFICE_OPTION(&rewrapping->options),
        TCN_SEAT_DIR_OPTION(&rewrapping->options),
        TCN_SEAT_CONFIG_OPTION(&rewrapping->options),
        {"to", 0, "ORGAN", "who leads the matter next, and is to read it", NULL, &rewrapping->to},
        {"lost-key", 0, NULL, "also what ORGAN had a wrap of: its old key is lost",
         &rewrapping->is_key_lost, NULL},
        {"wait", 'w', NULL, "until the collector has it", &rewrapping->await.is_waiting, NULL},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &rewrapping->await.timeout},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &rewrapping->await.format},
    };
    const struct tcn_cli_syntax syntax = {"rewrap MATTER --to ORGAN [--bureau B] [OPTIONS]",
                                          options, sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 1 || rewrapping->to == NULL) {
        return tcn_cli_usage(cli, "rewrap --help",
                             "rewrap needs a matter and an organ: rewrap MATTER --to ORGAN");
    }
    if (tcn_uuid_from_text(tcn_slice_text(argv[first]), rewrapping->matter.bytes) != TCN_OK) {
        return tcn_cli_usage(cli, "rewrap --help", "rewrap takes the id of a matter");
    }
    return TCN_EXIT_OK;
}

static enum tcn_status take(void *context, const struct tcn_item *item) {
    struct rewrapping *rewrapping = context;
    const struct tcn_rewrap_asked asked = {.keys = &rewrapping->seat.keys,
                                           .handed = rewrapping->handed,
                                           .organ = rewrapping->organ,
                                           .is_key_lost = rewrapping->is_key_lost,
                                           .is_let = rewrapping->let.is_let};
    tcn_arena_reset(&rewrapping->arena);
    if (!rewrapping->is_gathering) {
        tcn_rewrap_let_look(&rewrapping->let, item, &rewrapping->arena);
        tcn_arena_reset(&rewrapping->arena);
    }
    enum tcn_status status =
        rewrapping->is_gathering
            ? tcn_rewraps_gather(rewrapping->gathered, &asked, item, &rewrapping->arena,
                                 &rewrapping->counts)
            : tcn_rewraps_collect(rewrapping->handed, item, asked.keys, &rewrapping->arena);
    if (status != TCN_OK && status != TCN_NOMEM) {
        (void)fprintf(rewrapping->cli->err, "tocsin: position %" PRIu64 " cannot be read: %s\n",
                      item->position, tcn_status_sentence(status));
        status = TCN_OK;
    }
    return status;
}

/* Twice through what the own organ sees of the matter: halves come behind what they open. */
static enum tcn_status gather(struct rewrapping *rewrapping, uint16_t own) {
    struct tcn_replay_result result;
    const struct tcn_replay replay = {.organ = own, .matter = rewrapping->matter};
    enum tcn_status status = tcn_arena_init(&rewrapping->arena, ITEM_BYTES);
    if (status == TCN_OK) {
        status = tcn_rewraps_create(&rewrapping->handed);
    }
    if (status == TCN_OK) {
        status = tcn_rewraps_create(&rewrapping->gathered);
    }
    if (status == TCN_OK) {
        status = tcn_replay_run(rewrapping->seat.session, &replay, take, rewrapping, &result);
    }
    const enum tcn_status level = status == TCN_OK ? result.level : TCN_OK;
    if (status == TCN_OK) {
        rewrapping->is_gathering = true;
        status = tcn_replay_run(rewrapping->seat.session, &replay, take, rewrapping, &result);
    }
    if (status == TCN_OK) {
        tcn_seat_tell_level(rewrapping->cli, level != TCN_OK ? level : result.level);
    }
    return status;
}

/* Enters one act with the halves from `first` on. Its retry key follows from what it says, so that
 * the same said twice is entered once. */
static int enter(struct rewrapping *rewrapping, uint32_t first) {
    uint8_t bytes[TCN_REWRAP_TEXT_BYTES];
    struct tcn_draft draft = {.is_act = true, .plain_count = 1};
    char key[TCN_REWRAP_KEY_BYTES];
    draft.plains[0].kind = TCN_COMPARTMENT_NARRATIVE;
    tcn_rewraps_write(rewrapping->gathered, first, bytes, &draft.plains[0].text);
    draft.event.act = TCN_ACT_REWRAPPED;
    draft.event.matter = rewrapping->matter;
    draft.event.body_kind = TCN_BODY_ACT;
    draft.event.act_body.to_organ = tcn_slice_text(rewrapping->to);
    tcn_rewraps_key(&rewrapping->matter, draft.event.act_body.to_organ, draft.plains[0].text, key);
    draft.retry_key = tcn_slice_text(key);
    rewrapping->await.is_act = true;
    const int code = tcn_await_run(rewrapping->cli, &rewrapping->seat, &rewrapping->await, &draft);
    tcn_secret_wipe(bytes, sizeof bytes);
    return code;
}

/* What is not handed over, and why. */
static void tell_rest(const struct rewrapping *rewrapping) {
    const struct tcn_rewrap_counts *counts = &rewrapping->counts;
    FILE *err = rewrapping->cli->err;
    if (counts->closed > 0) {
        (void)fprintf(err,
                      "-- %" PRIu32 " texts are sealed to others: who has a wrap of them, or the "
                      "desk, re-wraps them\n",
                      counts->closed);
    }
    if (counts->guarded > 0) {
        (void)fprintf(err,
                      "-- %" PRIu32
                      " texts have an allow-list without %s: they stay behind it, until "
                      "two posts have let the matter go to it\n",
                      counts->guarded, rewrapping->to);
    }
    if (counts->left > 0) {
        (void)fprintf(err, "-- %" PRIu32 " texts are too many for once\n", counts->left);
    }
}

static int run(struct rewrapping *rewrapping) {
    struct tcn_cli *cli = rewrapping->cli;
    struct tcn_seat *seat = &rewrapping->seat;
    uint16_t own = 0;
    int code = tcn_seat_organ(cli, seat, rewrapping->to, &rewrapping->organ);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_organ(cli, seat, seat->organ, &own);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_session(cli, seat);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    rewrapping->let =
        (struct tcn_rewrap_let){.policy = tcn_seat_policy(seat), .organ = rewrapping->organ};
    const enum tcn_status status = gather(rewrapping, own);
    if (status != TCN_OK) {
        return tcn_seat_fail(cli, status, tcn_cli_away_hint(status), "read the matter");
    }
    const uint32_t count = tcn_rewraps_count(rewrapping->gathered);
    int next = code; /* what is safe and only not known yet keeps nothing back */
    for (uint32_t first = 0; first < count && (next == TCN_EXIT_OK || next == TCN_EXIT_TIMEOUT);
         first += TCN_REWRAP_LINES_MAX) {
        next = enter(rewrapping, first);
        code = next != TCN_EXIT_OK ? next : code;
    }
    tell_rest(rewrapping);
    if (count == 0) {
        (void)fprintf(cli->err, "-- nothing to re-wrap for %s\n", rewrapping->to);
    }
    return count == 0 ? TCN_EXIT_NOTHING : code;
}

int tcn_verb_rewrap(struct tcn_cli *cli, int argc, char **argv) {
    struct rewrapping rewrapping = {.cli = cli};
    int code = parse(&rewrapping, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &rewrapping.options, NULL, &rewrapping.seat);
    }
    if (code == TCN_EXIT_OK) {
        code = run(&rewrapping);
    }
    tcn_rewraps_destroy(&rewrapping.handed);
    tcn_rewraps_destroy(&rewrapping.gathered);
    tcn_secret_wipe(rewrapping.arena.data, rewrapping.arena.offset_max);
    tcn_arena_fini(&rewrapping.arena);
    tcn_seat_fini(&rewrapping.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
