/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/change.h"

#include "base/clock.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

#define ASK_NS (10 * TCN_SECOND_NS)
/* The broker tells once a second why it turns somebody away. */
#define SLICE_NS TCN_SECOND_NS

int tcn_change_check(struct tcn_cli *cli, const struct tcn_change_options *options,
                     struct tcn_change *out_change) {
    *out_change = (struct tcn_change){.cli = cli, .reason = options->reason};
    if (options->reason != NULL && !tcn_text_is_word(tcn_slice_text(options->reason))) {
        return tcn_cli_usage(cli, NULL, "a reason is a word: pc_stolen, left_post, renewed");
    }
    int code =
        tcn_await_seconds(cli, "timeout", options->timeout, TCN_AWAIT_NS, &out_change->wait_ns);
    return code != TCN_EXIT_OK ? code
                               : tcn_cli_format(cli, options->format_option,
                                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                                                &out_change->format);
}

/* Who asks must be an administrator: anybody else is shown its own row only, and would be told that
 * there is nobody of that name. */
static int check_role(struct tcn_change *change) {
    const uint32_t own = change->asker.seat.config->client.principal;
    for (uint32_t index = 0; index < change->principals.count; index++) {
        const struct tcn_principal *row = &change->principals.rows[index];
        if (row->id == own && row->role == TCN_ROLE_ADMIN) {
            return TCN_EXIT_OK;
        }
    }
    (void)fprintf(change->cli->err,
                  "tocsin: cannot change the registry as %s: because only an administrator does\n"
                  "try: --config FILE, the administrator's\n",
                  change->asker.seat.organ);
    return TCN_EXIT_REFUSED;
}

int tcn_change_open(struct tcn_cli *cli, struct tcn_change_options *options,
                    struct tcn_change *change) {
    options->asker.role = TCN_SETUP_ADMIN;
    int code = tcn_asker_init(cli, &options->asker, &change->asker);
    if (code == TCN_EXIT_OK) {
        code = tcn_principals_read(&change->asker, &change->principals);
    }
    if (code == TCN_EXIT_OK) {
        code = check_role(change);
    }
    return code == TCN_EXIT_OK ? tcn_seat_local(cli, &change->asker.seat) : code;
}

void tcn_change_close(struct tcn_change *change) {
    tcn_principals_fini(&change->principals);
    tcn_asker_fini(&change->asker);
}

/* The rule that made it void, for people, and what to do. */
static const char *rule_of(uint32_t code, const char **out_hint) {
    *out_hint = "tocsin key ls";
    switch (code) {
    case TCN_DENIED:
        *out_hint = "docs/how-to/keys.md: who may change what";
        return "nobody changes its own rights, and only an administrator those of others";
    case TCN_ABSENT:
        return "there is no such row in the registry";
    case TCN_REVOKED:
        *out_hint = "invite it anew: a revoked row never changes";
        return "it is revoked";
    case TCN_NOT_ALLOWED:
        *out_hint = "docs/how-to/keys.md: a server's key is changed in the configurations of the "
                    "others, and the last administrator's after another was invited";
        return "it is a server's row, or the last administrator's, or the last without an end";
    case TCN_LIMIT:
        return "the registry is full";
    default:
        return tcn_status_is_known(code) ? tcn_status_sentence((enum tcn_status)code)
                                         : "the collector says so";
    }
}

static int tell_void(struct tcn_cli *cli, const char *what, uint32_t code, uint64_t position) {
    const char *hint = NULL;
    const char *rule = rule_of(code, &hint);
    (void)fprintf(cli->err, "tocsin: cannot %s: because %s", what, rule);
    if (position > 0) {
        (void)fprintf(cli->err,
                      "; it stands in the log at position %" PRIu64 " and changed nothing",
                      position);
    }
    (void)fprintf(cli->err, "\ntry: %s\n", hint);
    return TCN_EXIT_REFUSED;
}

/* The outcome of the very event: the registry has changed again since. */
static enum tcn_status ask_event(struct tcn_change *change, const struct tcn_entered *entered,
                                 uint32_t *out_code) {
    const uint32_t own = change->asker.seat.config->client.principal;
    struct tcn_query query = {
        .kind = TCN_QUERY_EVENT,
        .at_least_position = entered->position,
        .lane = {.epoch = entered->epoch, .lane = entered->lane},
        .sequence = entered->sequence,
    };
    for (uint32_t index = 0; index < change->principals.count; index++) {
        const struct tcn_principal *row = &change->principals.rows[index];
        query.lane.source = row->id == own ? row->source : query.lane.source;
    }
    struct tcn_answer answer;
    enum tcn_status status =
        tcn_ask(change->asker.seat.session, &query, tcn_clock_monotonic_ns() + ASK_NS, &answer);
    if (status == TCN_OK && answer.event_count != 1) {
        status = TCN_MALFORMED;
    }
    if (status == TCN_OK) {
        *out_code = answer.events[0].code;
    }
    return status;
}

/* What it came to. A registry whose last change is this one has taken it; else the event knows. */
static enum tcn_status learn(struct tcn_change *change, const struct tcn_registry_change *said,
                             const struct tcn_entered *entered, uint32_t *out_code,
                             struct tcn_change_made *made) {
    const struct tcn_query query = {.kind = TCN_QUERY_REGISTRY,
                                    .at_least_position = entered->position,
                                    .principal = said->principal};
    struct tcn_answer answer;
    enum tcn_status status =
        tcn_ask(change->asker.seat.session, &query, tcn_clock_monotonic_ns() + ASK_NS, &answer);
    if (status != TCN_OK) {
        return status;
    }
    if (answer.principal_count == 1) {
        made->row = answer.principals[0];
    }
    *out_code = TCN_OK;
    return answer.position == entered->position ? TCN_OK : ask_event(change, entered, out_code);
}

/* Whoever revoked itself is told nothing any more: where it stands, the log alone says. */
static bool is_self_revoked(const struct tcn_change *change,
                            const struct tcn_registry_change *said) {
    return said->kind == TCN_CHANGE_REVOKED &&
           said->principal == change->asker.seat.config->client.principal;
}

/* Waits until whoever revoked itself is turned away: the broker knows of a change before anybody
 * has a receipt, so that this one never comes. Errors: TCN_REVOKED it is so; else as
 * tcn_await_outcome, which says what came of it when it is void. */
static enum tcn_status wait_turned_away(struct tcn_change *change, int64_t deadline_ns,
                                        struct tcn_entered *entered) {
    const struct tcn_query query = {.kind = TCN_QUERY_REGISTRY,
                                    .principal = change->asker.seat.config->client.principal};
    enum tcn_status status = TCN_TIMEOUT;
    while (status == TCN_TIMEOUT && tcn_clock_monotonic_ns() < deadline_ns) {
        struct tcn_answer answer;
        int64_t until_ns = tcn_clock_monotonic_ns() + SLICE_NS;
        until_ns = until_ns < deadline_ns ? until_ns : deadline_ns;
        status = tcn_await_outcome(&change->asker.seat, until_ns, entered);
        if (status == TCN_TIMEOUT && tcn_ask(change->asker.seat.session, &query,
                                             until_ns + SLICE_NS, &answer) == TCN_REVOKED) {
            return TCN_REVOKED;
        }
    }
    return status;
}

static int wait_for(struct tcn_change *change, const struct tcn_registry_change *said,
                    const char *what, struct tcn_entered *entered) {
    struct tcn_cli *cli = change->cli;
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + change->wait_ns;
    const enum tcn_status status =
        is_self_revoked(change, said)
            ? wait_turned_away(change, deadline_ns, entered)
            : tcn_await_outcome(&change->asker.seat, deadline_ns, entered);
    if (status == TCN_REVOKED) {
        return TCN_EXIT_OK;
    }
    if (status == TCN_TIMEOUT) {
        (void)fprintf(cli->err,
                      "tocsin: it is safe in the administrator's outbox; the collector has not "
                      "answered yet\ntry: tocsin key ls, in a while; see that broker and collector "
                      "run\n");
        return TCN_EXIT_TIMEOUT;
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "wait for the outcome");
    }
    return entered->outcome == TCN_OK ? TCN_EXIT_OK : tell_void(cli, what, entered->outcome, 0);
}

int tcn_change_say(struct tcn_change *change, const struct tcn_registry_change *said,
                   const char *what, struct tcn_change_made *out_made) {
    const struct tcn_await await = {.is_act = true, .is_waiting = true};
    const struct tcn_draft draft = {.event = {.format = TCN_EVENT_FORMAT,
                                              .act = TCN_ACT_REGISTRY_CHANGED,
                                              .body_kind = TCN_BODY_REGISTRY,
                                              .registry = said},
                                    .is_act = true};
    struct tcn_entered entered;
    int code = tcn_await_enter(change->cli, &change->asker.seat, &await, &draft, &entered);
    if (code == TCN_EXIT_OK) {
        code = wait_for(change, said, what, &entered);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    uint32_t outcome = TCN_OK;
    struct tcn_change_made made = {.position = entered.position};
    enum tcn_status status =
        is_self_revoked(change, said) ? TCN_OK : learn(change, said, &entered, &outcome, &made);
    if (status != TCN_OK) {
        (void)fprintf(change->cli->err,
                      "tocsin: it stands in the log at position %" PRIu64
                      ", and what it came to is not known\n",
                      entered.position);
        return tcn_seat_fail(change->cli, status, "tocsin key ls", what);
    }
    if (outcome != TCN_OK) {
        return tell_void(change->cli, what, outcome, entered.position);
    }
    *out_made = made;
    return TCN_EXIT_OK;
}

static void print_time(FILE *out, const char *label, int64_t unix_ns) {
    char text[TCN_TIME_TEXT_BYTES];
    tcn_show_time(unix_ns, text);
    (void)fprintf(out, "%-12s %s\n", label, text);
}

static void print_list(FILE *out, const char *label, bool is_all, uint32_t count) {
    if (is_all) {
        (void)fprintf(out, "%-12s all\n", label);
    } else if (count == 0) {
        (void)fprintf(out, "%-12s none\n", label);
    } else {
        (void)fprintf(out, "%-12s", label);
    }
}

static void print_row(const struct tcn_change *change, const struct tcn_principal *row) {
    FILE *out = change->cli->out;
    char organ[TCN_SHOW_WORD_BYTES];
    print_time(out, "valid from", row->not_before_ns);
    print_time(out, "valid until", row->not_after_ns);
    print_list(out, "divisions", row->all_divisions, row->division_count);
    for (uint32_t i = 0; i < row->division_count && !row->all_divisions; i++) {
        (void)fprintf(out, " %012" PRIu64 "%s", row->divisions[i],
                      i + 1 == row->division_count ? "\n" : "");
    }
    print_list(out, "streams", row->all_streams, row->stream_count);
    for (uint32_t i = 0; i < row->stream_count && !row->all_streams; i++) {
        tcn_show_organ(change->asker.policy, row->streams[i], organ);
        (void)fprintf(out, " %s%s", organ, i + 1 == row->stream_count ? "\n" : "");
    }
    print_list(out, "acts", row->act_count == 0, row->act_count);
    for (uint32_t i = 0; i < row->act_count; i++) {
        (void)fprintf(out, " %s%s", tcn_act_name((enum tcn_act)row->acts[i]),
                      i + 1 == row->act_count ? "\n" : "");
    }
    if (row->message_rate != 0) {
        (void)fprintf(out, "%-12s %u messages a second\n", "rate", (unsigned)row->message_rate);
    }
    if (row->byte_rate != 0) {
        (void)fprintf(out, "%-12s %u bytes a second\n", "byte rate", (unsigned)row->byte_rate);
    }
}

int tcn_change_print(struct tcn_change *change, const struct tcn_change_made *made,
                     const char *sentence, bool is_full) {
    if (change->format != TCN_FORMAT_JSON && made->position == 0) {
        (void)fprintf(change->cli->out, "%s; its key is turned away, and hears nothing any more\n",
                      sentence);
        return ferror(change->cli->out) ? TCN_EXIT_FAILURE : TCN_EXIT_OK;
    }
    if (change->format != TCN_FORMAT_JSON) {
        (void)fprintf(change->cli->out, "%s at position %" PRIu64 "\n", sentence, made->position);
        if (is_full && made->row.id != 0) {
            print_row(change, &made->row);
        }
        return ferror(change->cli->out) ? TCN_EXIT_FAILURE : TCN_EXIT_OK;
    }
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "key_change");
    tcn_json_add_u64(&writer, "position", made->position);
    tcn_json_object_begin(&writer, "row");
    tcn_json_principal_fields(&writer, &made->row, change->asker.policy);
    tcn_json_object_end(&writer);
    enum tcn_status status = tcn_json_write_file(&writer, change->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(change->cli, status, NULL, "print the answer");
}
