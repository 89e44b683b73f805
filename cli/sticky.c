/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sticky.h"

#include "base/clock.h"
#include "cli/show.h"
#include "client/ask.h"

#define SOON_NS TCN_SECOND_NS
#define OFTEN_NS (30 * TCN_SECOND_NS)
#define ASK_NS TCN_SECOND_NS

void tcn_sticky_fini(struct tcn_sticky *sticky) {
    tcn_session_close(&sticky->session);
}

int64_t tcn_sticky_deadline(const struct tcn_sticky *sticky, int64_t now_ns) {
    if (!sticky->is_shown) {
        return INT64_MAX;
    }
    return now_ns + (sticky->is_due || sticky->looked_ns == 0 ? SOON_NS : OFTEN_NS);
}

void tcn_sticky_spoil(struct tcn_sticky *sticky) {
    sticky->is_due = true;
}

void tcn_sticky_clear(struct tcn_sticky *sticky) {
    if (sticky->is_drawn) {
        (void)fputs("\r\033[K", sticky->err);
        (void)fflush(sticky->err);
        sticky->is_drawn = false;
    }
}

static void draw(struct tcn_sticky *sticky, FILE *err, const struct tcn_answer *answer) {
    uint32_t count = 0;
    int64_t oldest_ns = 0;
    for (uint32_t index = 0; index < answer->matter_count; index++) {
        const struct tcn_matter *matter = &answer->matters[index];
        bool is_untaken = matter->stage == TCN_STAGE_OPEN || matter->stage == TCN_STAGE_HELD;
        if (is_untaken) {
            count++;
            oldest_ns = matter->opened_ns; /* newest first, so the last is the oldest */
        }
    }
    tcn_sticky_clear(sticky);
    sticky->err = err;
    if (count == 0) {
        return;
    }
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_time(oldest_ns, time);
    (void)fprintf(err, "%u%s not taken by anybody, the oldest since %s", (unsigned)count,
                  answer->next_page != 0 ? " or more" : "", time);
    (void)fflush(err);
    sticky->is_drawn = true;
}

int tcn_sticky_look(struct tcn_sticky *sticky, struct tcn_cli *cli, const struct tcn_seat *seat,
                    int64_t now_ns) {
    if (!sticky->is_shown) {
        return TCN_EXIT_OK;
    }
    if (sticky->session == NULL &&
        tcn_seat_extra_session(cli, seat, &sticky->session) != TCN_EXIT_OK) {
        sticky->is_shown = false;
        return TCN_EXIT_OK;
    }
    struct tcn_query query = {.kind = TCN_QUERY_MATTERS, .at_least_position = TCN_QUERY_LATEST};
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&seat->names.policy, tcn_slice_text(seat->organ));
    query.organ = organ == NULL ? 0 : organ->number;
    struct tcn_answer answer;
    enum tcn_status status =
        tcn_ask(sticky->session, &query, tcn_clock_monotonic_ns() + ASK_NS, &answer);
    sticky->looked_ns = now_ns;
    sticky->is_due = false;
    if (status == TCN_OK) {
        draw(sticky, cli->err, &answer);
    } else {
        tcn_sticky_clear(sticky);
    }
    if (status == TCN_BAD_SIGNATURE) {
        return tcn_seat_fail(cli, status, NULL, "look at what is open");
    }
    return TCN_EXIT_OK;
}
