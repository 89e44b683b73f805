/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/await.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "cli/limits.h"
#include "json/rows.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdlib.h>

#define ENTER_NS (30 * TCN_SECOND_NS)
/* An agent that was asked to wait answers this much later at the latest. */
#define GRACE_NS (2 * TCN_SECOND_NS)
#define SLICE_MS 5000
/* A slip without its limits is better than one that is waited for. */
#define LIMITS_NS (2 * TCN_SECOND_NS)

int tcn_await_seconds(struct tcn_cli *cli, const char *option, const char *text, int64_t absent_ns,
                      int64_t *out_ns) {
    if (text == NULL) {
        *out_ns = absent_ns;
        return TCN_EXIT_OK;
    }
    char *end = NULL;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds >= 0) || seconds > 86400) {
        return tcn_cli_usage(cli, "report --help", "--%s expects seconds, at most a day", option);
    }
    *out_ns = (int64_t)(seconds * (double)TCN_SECOND_NS);
    return TCN_EXIT_OK;
}

int tcn_await_enter(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                    const struct tcn_draft *draft, struct tcn_entered *out_entered) {
    struct tcn_local_request request = {.op = await->is_act ? TCN_LOCAL_ACT : TCN_LOCAL_REPORT,
                                        .draft = *draft};
    struct tcn_local_answer answer;
    int64_t deadline_ns = tcn_clock_monotonic_ns() + TCN_SEAT_CONNECT_NS;
    uint64_t number = 0;
    enum tcn_status status = tcn_local_post(seat->local, &request, deadline_ns, &number);
    if (status == TCN_OK) {
        status = tcn_local_take(seat->local, tcn_clock_monotonic_ns() + ENTER_NS, &number, &answer);
    }
    if (status == TCN_TIMEOUT && draft->retry_key.size == 0) {
        (void)fprintf(cli->err, "tocsin: the agent took it and did not answer: it may be entered "
                                "or not\ntry: tocsin outbox\n");
        return TCN_EXIT_TIMEOUT;
    }
    if (status != TCN_OK) {
        return tcn_seat_agent_failed(cli, seat, status);
    }
    int code =
        tcn_seat_agent_answered(cli, &answer, await->is_act ? "enter the act" : "enter the report");
    if (code != TCN_EXIT_OK) {
        return code;
    }
    *out_entered = (struct tcn_entered){.lane = answer.lane,
                                        .epoch = answer.epoch,
                                        .sequence = answer.sequence,
                                        .position = answer.position,
                                        .outcome = answer.position > 0 ? TCN_OK : TCN_AGAIN,
                                        .is_repeat = answer.is_repeat,
                                        .mode = draft->event.mode,
                                        .matter = answer.matter};
    tcn_show_text(answer.slip, out_entered->slip, sizeof out_entered->slip);
    return TCN_EXIT_OK;
}

/* Asks in slices, so that an agent that was started anew is asked anew. */
enum tcn_status tcn_await_outcome(struct tcn_seat *seat, int64_t deadline_ns,
                                  struct tcn_entered *entered) {
    while (entered->outcome == TCN_AGAIN) {
        int64_t rest_ns = deadline_ns - tcn_clock_monotonic_ns();
        if (rest_ns <= 0) {
            return TCN_TIMEOUT;
        }
        int64_t rest_ms = rest_ns / TCN_MS_NS;
        struct tcn_local_request request = {
            .op = TCN_LOCAL_WAIT,
            .receipts = {{entered->lane, entered->epoch, entered->sequence}},
            .receipt_count = 1,
            .timeout_ms = (uint32_t)(rest_ms < SLICE_MS ? rest_ms : SLICE_MS),
        };
        struct tcn_local_answer answer;
        int64_t slice_ns = (int64_t)request.timeout_ms * TCN_MS_NS + GRACE_NS;
        enum tcn_status status =
            tcn_local_ask(seat->local, &request, tcn_clock_monotonic_ns() + slice_ns, &answer);
        if (status == TCN_TIMEOUT || status == TCN_UNREACHABLE_PEER) {
            tcn_local_forget(seat->local);
            continue;
        }
        if (status != TCN_OK) {
            return status;
        }
        if (answer.outcome_count == 1) {
            entered->outcome = answer.outcomes[0].code;
            entered->position = answer.outcomes[0].position;
            tcn_show_text(answer.outcomes[0].field, entered->field, sizeof entered->field);
        } else if (answer.code != TCN_OK && answer.code != TCN_TIMEOUT &&
                   answer.code != TCN_AGAIN) {
            return tcn_status_is_known(answer.code) ? (enum tcn_status)answer.code : TCN_MALFORMED;
        }
    }
    return TCN_OK;
}

/* Fetches the receipt and writes it to the file that was named. */
static int save_receipt(struct tcn_cli *cli, struct tcn_seat *seat, const char *path,
                        const struct tcn_entered *entered) {
    struct tcn_local_request request = {
        .op = TCN_LOCAL_RECEIPT,
        .receipts = {{entered->lane, entered->epoch, entered->sequence}},
        .receipt_count = 1,
    };
    struct tcn_local_answer answer;
    enum tcn_status status =
        tcn_local_ask(seat->local, &request, tcn_clock_monotonic_ns() + ENTER_NS, &answer);
    if (status != TCN_OK) {
        return tcn_seat_agent_failed(cli, seat, status);
    }
    int code = tcn_seat_agent_answered(cli, &answer, "fetch the receipt");
    if (code != TCN_EXIT_OK) {
        return code;
    }
    uint8_t bytes[TCN_RECEIPT_BYTES_MAX];
    size_t size = answer.receipt.size / 2;
    status = size > sizeof bytes ? TCN_TOOBIG : tcn_hex_decode(answer.receipt, bytes, size);
    FILE *file = status == TCN_OK ? fopen(path, "wbe") : NULL;
    if (status == TCN_OK && file == NULL) {
        status = TCN_IO;
    }
    if (file != NULL) {
        bool is_written = fwrite(bytes, 1, size, file) == size;
        status = fclose(file) == 0 && is_written ? TCN_OK : TCN_IO;
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(cli, status, NULL, "write the receipt to %s", path);
}

static const char *outcome_word(uint32_t outcome) {
    return outcome == TCN_OK              ? "in the log"
           : outcome == TCN_AGAIN         ? "in the outbox, on its way"
           : tcn_status_is_known(outcome) ? tcn_status_sentence((enum tcn_status)outcome)
                                          : "refused";
}

static enum tcn_status print_json(FILE *out, const struct tcn_entered *entered, bool is_act,
                                  bool is_indented) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, is_act ? "act" : "report");
    tcn_json_add_id(&writer, "matter", &entered->matter);
    tcn_json_add_word(&writer, "slip", entered->slip[0] == '\0' ? NULL : entered->slip);
    tcn_json_add_word(&writer, "lane", tcn_lane_name(entered->lane));
    tcn_json_add_hex64(&writer, "epoch", entered->epoch);
    tcn_json_add_u64(&writer, "sequence", entered->sequence);
    tcn_json_add_bool(&writer, "is_repeat", entered->is_repeat);
    tcn_json_add_word(&writer, "outcome", tcn_status_name((enum tcn_status)entered->outcome));
    if (entered->position > 0) {
        tcn_json_add_u64(&writer, "position", entered->position);
    } else {
        tcn_json_add_null(&writer, "position");
    }
    if (is_act) {
        static const char *const words[] = {"unknown", "applied", "void", "unasked"};
        tcn_json_add_word(&writer, "effect", words[entered->effect]);
        if (entered->effect == TCN_EFFECT_VOID) {
            tcn_json_void_fields(&writer, &entered->told);
        }
    }
    enum tcn_status status = tcn_json_write_file(&writer, out, is_indented);
    tcn_json_writer_fini(&writer);
    return status;
}

static void print_text(FILE *out, const struct tcn_await *await,
                       const struct tcn_entered *entered) {
    char matter[TCN_UUID_TEXT_BYTES] = "-";
    if (!tcn_id_is_none(&entered->matter)) {
        tcn_uuid_to_text(entered->matter.bytes, matter);
    }
    if (entered->slip[0] != '\0' && !await->is_slip_told) {
        (void)fprintf(out, "slip    %s\n", entered->slip);
    }
    (void)fprintf(out, "matter  %s\n", matter);
    (void)fprintf(out, "stands  %s%s", outcome_word(entered->outcome),
                  entered->is_repeat ? " (it was entered before)" : "");
    if (entered->position > 0) {
        (void)fprintf(out, ", position %" PRIu64, entered->position);
    }
    (void)fprintf(out, "\n");
}

void tcn_await_limits(struct tcn_seat *seat, const char *slip, enum tcn_language language,
                      FILE *out) {
    const struct tcn_local_request request = {.op = TCN_LOCAL_STATUS, .code = tcn_slice_text(slip)};
    struct tcn_local_answer answer;
    tcn_local_forget(seat->local);
    enum tcn_status status =
        tcn_local_ask(seat->local, &request, tcn_clock_monotonic_ns() + LIMITS_NS, &answer);
    if (status != TCN_OK || answer.code != TCN_OK || !answer.has_progress) {
        return;
    }
    if (answer.progress.is_opaque) {
        tcn_slip_opaque(out, language, tcn_seat_policy(seat), answer.progress.learned_ns);
    } else {
        tcn_limits_show(out, language, &answer.progress, tcn_clock_wall_ns());
    }
}

/* Why an act changed nothing, in the words of who does acts. */
static void void_reason(FILE *err, const struct tcn_alert *told) {
    char kind[TCN_SHOW_WORD_BYTES];
    char stage[TCN_SHOW_WORD_BYTES];
    char facts[TCN_SHOW_WORD_BYTES];
    bool is_shown = told->stage != TCN_STAGE_NONE; /* to who is something to the matter */
    tcn_show_kind(told->kind, kind);
    tcn_show_stage_title(told->stage, stage);
    tcn_show_facts(told->facts, facts, sizeof facts);
    if (told->code == TCN_DENIED && is_shown) {
        (void)fprintf(err, "it is not yours to do with this matter (%s), or it has no such act",
                      kind);
    } else if (told->code == TCN_DENIED) {
        (void)fprintf(err, "the matter is not with you");
    } else if (told->code == TCN_NOT_ALLOWED && is_shown) {
        (void)fprintf(err, "the matter (%s) stands at %s, which does not allow it", kind, stage);
    } else if (told->code == TCN_NOT_ALLOWED) {
        (void)fprintf(err, "the matter is at a stage that does not allow it");
    } else if (told->code == TCN_BAD_VALUE) {
        (void)fprintf(err, "it does not say what it must, as the policy knows it%s%s",
                      facts[0] != '\0' ? ": " : "", facts);
    } else {
        (void)fprintf(err, "%s",
                      tcn_status_is_known(told->code)
                          ? tcn_status_sentence((enum tcn_status)told->code)
                          : "the collector says so");
    }
}

/* Tells it, and what would do. */
static void tell_void(FILE *err, const struct tcn_entered *entered) {
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(entered->matter.bytes, matter);
    (void)fprintf(err, "tocsin: cannot do that: because ");
    if (tcn_id_is_none(&entered->matter) && entered->told.code == TCN_DENIED) {
        (void)fprintf(err, "it is not yours to say: an office speaks for itself, and the desk "
                           "writes down what one told it; it stands in the log and changed "
                           "nothing\ntry: tocsin zero --help\n");
        return;
    }
    void_reason(err, &entered->told);
    (void)fprintf(err, "; it stands in the log and changed nothing\ntry: ");
    if (entered->told.allowed_acts != 0) {
        (void)fprintf(err, "one of ");
        tcn_show_acts(err, entered->told.allowed_acts);
        (void)fprintf(err, "; ");
    }
    (void)fprintf(err, "tocsin matter show %s\n", matter);
}

/* It may have been void: that is no success. */
static int tell_unknown(struct tcn_cli *cli, const struct tcn_entered *entered) {
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(entered->matter.bytes, matter);
    (void)fprintf(cli->err, "tocsin: it is safe in the log; whether it counts is not known yet\n");
    if (tcn_id_is_none(&entered->matter)) {
        (void)fprintf(cli->err, "try: tocsin doctor\n");
    } else {
        (void)fprintf(cli->err, "try: tocsin matter show %s\n", matter);
    }
    return TCN_EXIT_TIMEOUT;
}

static int conclude(struct tcn_cli *cli, const struct tcn_await *await, enum tcn_status waited,
                    const struct tcn_entered *entered) {
    (void)fflush(cli->out); /* the answer first, also where both go to one place */
    if (waited == TCN_TIMEOUT) {
        (void)fprintf(cli->err, "tocsin: it is safe in the outbox; the collector has not answered "
                                "yet\ntry: tocsin outbox\n");
        return TCN_EXIT_TIMEOUT;
    }
    if (waited != TCN_OK) {
        return tcn_cli_fail(cli, waited, NULL, "wait for the outcome");
    }
    if (await->is_waiting && entered->outcome != TCN_OK) {
        (void)fprintf(cli->err,
                      "tocsin: the collector refused it: %s%s%s\ntry: tocsin outbox dead "
                      "list\n",
                      entered->field, entered->field[0] == '\0' ? "" : ": ",
                      outcome_word(entered->outcome));
        return TCN_EXIT_REFUSED;
    }
    if (entered->effect == TCN_EFFECT_VOID) {
        if (await->tell_void != NULL) {
            await->tell_void(await->context, entered);
        } else {
            tell_void(cli->err, entered);
        }
        return TCN_EXIT_REFUSED;
    }
    return TCN_EXIT_OK;
}

/* What was typed about format and time. */
static int read_options(struct tcn_cli *cli, const struct tcn_await *await,
                        enum tcn_format *out_format, int64_t *out_wait_ns) {
    const unsigned allowed =
        1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON | 1u << TCN_FORMAT_NDJSON;
    int code = tcn_cli_format(cli, await->format, allowed, out_format);
    return code == TCN_EXIT_OK
               ? tcn_await_seconds(cli, "timeout", await->timeout, TCN_AWAIT_NS, out_wait_ns)
               : code;
}

int tcn_await_check(struct tcn_cli *cli, const struct tcn_await *await) {
    enum tcn_format format = TCN_FORMAT_TABLE;
    int64_t wait_ns = 0;
    return read_options(cli, await, &format, &wait_ns);
}

int tcn_await_finish(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                     struct tcn_entered *entered) {
    enum tcn_format format = TCN_FORMAT_TABLE;
    int64_t wait_ns = 0;
    int code = read_options(cli, await, &format, &wait_ns);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    bool is_waiting = await->is_waiting || await->receipt != NULL;
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + wait_ns;
    enum tcn_status waited = is_waiting ? tcn_await_outcome(seat, deadline_ns, entered) : TCN_OK;
    const bool has_effect =
        is_waiting && await->is_act && waited == TCN_OK && entered->position > 0;
    if (has_effect) {
        const int64_t least_ns = tcn_clock_monotonic_ns() + TCN_AWAIT_EFFECT_NS;
        entered->effect =
            tcn_effect_ask(cli, seat, entered->mode, entered->position,
                           deadline_ns > least_ns ? deadline_ns : least_ns, &entered->told);
    }
    enum tcn_status printed = TCN_OK;
    if (format == TCN_FORMAT_TABLE) {
        print_text(cli->out, await, entered);
        if (entered->slip[0] != '\0' && !await->is_slip_told) {
            tcn_await_limits(seat, entered->slip, await->language, cli->out);
            tcn_slip_doors(cli->out, await->language, tcn_seat_policy(seat), await->is_door_shut);
        }
    } else {
        printed = print_json(cli->out, entered, await->is_act, format == TCN_FORMAT_JSON);
    }
    if (printed != TCN_OK) {
        return tcn_cli_fail(cli, printed, NULL, "print the answer");
    }
    code = conclude(cli, await, waited, entered);
    if (code == TCN_EXIT_OK && await->receipt != NULL && entered->outcome == TCN_OK) {
        code = save_receipt(cli, seat, await->receipt, entered);
    }
    if (code == TCN_EXIT_OK && has_effect && entered->effect == TCN_EFFECT_UNKNOWN) {
        code = tell_unknown(cli, entered);
    }
    if (code == TCN_EXIT_OK && has_effect && entered->effect == TCN_EFFECT_UNASKED) {
        (void)fprintf(cli->err,
                      "-- it is in the log; this PC asks no collector whether it counts\n");
    }
    return code;
}

int tcn_await_run(struct tcn_cli *cli, struct tcn_seat *seat, const struct tcn_await *await,
                  const struct tcn_draft *draft) {
    int code = tcn_await_check(cli, await);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(cli, seat);
    }
    struct tcn_entered entered;
    if (code == TCN_EXIT_OK) {
        code = tcn_await_enter(cli, seat, await, draft, &entered);
    }
    return code == TCN_EXIT_OK ? tcn_await_finish(cli, seat, await, &entered) : code;
}
