/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin erase`: one post's word that the sealed texts of an event are to be erased, through its
 * agent. The event's hash is looked up, so that what is erased is what was looked at.
 */
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/await.h"
#include "cli/draft.h"
#include "cli/verbs.h"
#include "client/ask.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_NS (10 * TCN_SECOND_NS)

/* All that the verb takes, and what was looked up. */
struct erase {
    struct tcn_seat_options seat;
    struct tcn_cli_draft typed;
    struct tcn_await await;
    uint64_t position;
    char hash[2 * sizeof(struct tcn_hash) + 1];
    char first_reason[TCN_WORD_BYTES_MAX + 1]; /* of an erasure that waits; empty: none does */
    enum tcn_erasure_stage stage;
};

static int read_options(struct tcn_cli *cli, struct erase *erase, int argc, char **argv) {
    struct tcn_cli_draft *typed = &erase->typed;
    const struct tcn_cli_option options[] = {
        TCN_SEAT_BUREAU_OPTION(&erase->seat),
        TCN_SEAT_DIR_OPTION(&erase->seat),
        TCN_SEAT_CONFIG_OPTION(&erase->seat),
        {"reason", 'r', "WORD", "request, purpose, period, unlawful, emergency", NULL,
         &typed->reason},
        {"hash", 0, "HEX", "of the event, from who said it first; else it is looked up", NULL,
         &typed->act_hash},
        {"post", 0, "POST", "the post, never the person, that says it", NULL, &typed->post},
        {"key", 0, "KEY", "retry key: entered once", NULL, &erase->await.retry_key},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &erase->await.timeout},
        {"output", 'o', "FORMAT", "table, json, ndjson", NULL, &erase->await.format},
    };
    const struct tcn_cli_syntax syntax = {
        "erase MATTER EVENT --reason WORD --post POST [--bureau B]", options,
        sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 2 || typed->reason == NULL || typed->post == NULL) {
        return tcn_cli_usage(cli, "erase --help",
                             "erase needs a matter, the position of its event, --reason and "
                             "--post: erase MATTER 1234 --reason request --post 'duty post'");
    }
    typed->matter = argv[first];
    typed->position = argv[first + 1];
    typed->act = "erased";
    char *end = NULL;
    erase->position = strtoull(typed->position, &end, 10);
    if (end == typed->position || *end != '\0' || erase->position == 0) {
        return tcn_cli_usage(cli, "erase --help",
                             "an event is named by its position, as tocsin matter show tells it");
    }
    return TCN_EXIT_OK;
}

/* The event of one page, when it is there. */
static void take_page(struct erase *erase, const struct tcn_answer *answer, bool *out_is_there) {
    if (answer->matter_count == 1) {
        const struct tcn_second *second = &answer->matters[0].second;
        const bool waits = second->act == TCN_ACT_ERASED;
        (void)snprintf(erase->first_reason, sizeof erase->first_reason, "%s",
                       waits ? second->domain : "");
    }
    for (uint32_t i = 0; i < answer->event_count; i++) {
        const struct tcn_event_row *row = &answer->events[i];
        if (row->position == erase->position) {
            *out_is_there = true;
            erase->stage = row->erasure;
            erase->hash[0] = '\0';
            if (!tcn_hash_is_none(&row->hash)) {
                tcn_hex_encode(row->hash.bytes, sizeof row->hash.bytes, erase->hash);
            }
        }
    }
}

/* Asks for the matter until the event is found. */
static enum tcn_status look(struct tcn_seat *seat, struct erase *erase, bool *out_is_there) {
    struct tcn_query query = {.kind = TCN_QUERY_MATTER, .at_least_position = TCN_QUERY_LATEST};
    enum tcn_status status =
        tcn_uuid_from_text(tcn_slice_text(erase->typed.matter), query.matter.bytes);
    bool is_first = true;
    *out_is_there = false;
    while (status == TCN_OK && !*out_is_there && (is_first || query.page != 0)) {
        struct tcn_answer answer;
        status = tcn_ask(seat->session, &query, tcn_clock_monotonic_ns() + LOOK_NS, &answer);
        if (status == TCN_OK) {
            take_page(erase, &answer, out_is_there);
            query.page = answer.next_page;
        }
        is_first = false;
    }
    return status;
}

/* The event as the collector has it: it is of this matter, sealed, and not erased. */
static int find_event(struct tcn_cli *cli, struct tcn_seat *seat, struct erase *erase) {
    bool is_there = false;
    int code = tcn_seat_session(cli, seat);
    if (code != TCN_EXIT_OK || erase->typed.act_hash != NULL) {
        return code;
    }
    const enum tcn_status status = look(seat, erase, &is_there);
    if (status == TCN_MALFORMED || status == TCN_BAD_TEXT || status == TCN_BAD_VALUE) {
        return tcn_cli_usage(cli, "matter ls", "a matter's id has 36 characters");
    }
    if (status != TCN_OK && status != TCN_ABSENT) {
        return tcn_seat_fail(cli, status, NULL, "look the matter up");
    }
    if (!is_there || erase->hash[0] == '\0') {
        (void)fprintf(cli->err,
                      "tocsin: cannot erase that: because %s; nothing was said\ntry: tocsin matter "
                      "show %s\n",
                      is_there ? "the event has no sealed texts"
                               : "this matter, as far as you may see it, has no such event",
                      erase->typed.matter);
        return TCN_EXIT_NOTHING;
    }
    erase->typed.act_hash = erase->hash;
    return TCN_EXIT_OK;
}

static int enter(struct tcn_cli *cli, struct tcn_seat *seat, struct erase *erase) {
    struct tcn_arena arena = {0};
    enum tcn_status status = tcn_arena_init(&arena, TCN_CLI_DRAFT_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "take the word in");
    }
    struct tcn_draft draft;
    int code = tcn_cli_draft_read(cli, &erase->typed, &arena, &draft);
    if (code == TCN_EXIT_OK) {
        if (erase->await.retry_key != NULL) {
            draft.retry_key = tcn_slice_text(erase->await.retry_key);
        }
        erase->await.is_act = true;
        erase->await.is_waiting = true;
        code = tcn_await_run(cli, seat, &erase->await, &draft);
    }
    tcn_arena_fini(&arena);
    return code;
}

/* What is so now. */
static void tell(struct tcn_cli *cli, struct tcn_seat *seat, struct erase *erase) {
    bool is_there = false;
    const bool is_table = erase->await.format == NULL || strcmp(erase->await.format, "table") == 0;
    if (!is_table || look(seat, erase, &is_there) != TCN_OK || !is_there) {
        return;
    }
    if (erase->stage == TCN_ERASURE_NONE && erase->first_reason[0] != '\0') {
        (void)fprintf(cli->out,
                      "erased  not yet: another post with a key of its own says the same:\n"
                      "        tocsin erase %s %" PRIu64 " --reason %s --hash %s --post POST\n",
                      erase->typed.matter, erase->position, erase->first_reason, erase->hash);
    } else if (erase->stage == TCN_ERASURE_ASKED) {
        (void)fputs("erased  two posts have said it: the collector destroys the share now\n",
                    cli->out);
    } else if (erase->stage == TCN_ERASURE_DONE) {
        (void)fputs("erased  yes: nobody opens the sealed texts of this event any more\n",
                    cli->out);
    }
}

int tcn_verb_erase(struct tcn_cli *cli, int argc, char **argv) {
    struct erase erase = {.position = 0};
    int code = read_options(cli, &erase, argc, argv);
    struct tcn_seat seat = {0};
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_init(cli, &erase.seat, NULL, &seat);
    }
    if (code == TCN_EXIT_OK) {
        code = find_event(cli, &seat, &erase);
    }
    if (code == TCN_EXIT_OK) {
        code = enter(cli, &seat, &erase);
    }
    if (code == TCN_EXIT_OK) {
        tell(cli, &seat, &erase);
    }
    tcn_seat_fini(&seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
