/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/item.h"

#include "base/uuid.h"
#include "cli/clocks.h"
#include "cli/item_placement.h"
#include "cli/item_shift.h"
#include "cli/show.h"
#include "json/rows.h"

#include <inttypes.h>
#include <string.h>

#define CELL_COUNT 11
#define INDENT 4
/* A word that came this much after its time says so. */
#define LATE_NS (60 * INT64_C(1000000000))

static const char *const columns[CELL_COUNT] = {"position", "log_time", "number",   "severity",
                                                "act",      "domain",   "division", "office",
                                                "matter",   "reason",   "mode"};

void tcn_item_heading(const struct tcn_item_view *view) {
    if (view->format != TCN_FORMAT_CSV) {
        return;
    }
    for (size_t index = 0; index < CELL_COUNT; index++) {
        (void)fprintf(view->cli->out, "%s%s", index == 0 ? "" : ",", columns[index]);
    }
    (void)fputs("\r\n", view->cli->out);
}

static void wipe(const struct tcn_item_view *view) {
    tcn_secret_wipe(view->arena->data, view->arena->offset);
}

static enum tcn_severity severity_of(const struct tcn_item *item, const struct tcn_event *event) {
    return item->alert.stream.organ != 0 ? item->alert.severity : event->severity;
}

/* A report always has a severity, be it unknown; an act has one only when it states it. */
static const char *severity_word(const struct tcn_item *item, const struct tcn_event *event) {
    enum tcn_severity severity = severity_of(item, event);
    bool is_report = event->act == TCN_ACT_REPORTED || event->act == TCN_ACT_FOLLOWED_UP;
    return severity == TCN_SEVERITY_UNKNOWN && !is_report ? "-" : tcn_severity_name(severity);
}

static void matter_text(const struct tcn_item *item, char out_text[TCN_UUID_TEXT_BYTES]) {
    if (tcn_id_is_none(&item->matter)) {
        (void)snprintf(out_text, TCN_UUID_TEXT_BYTES, "-");
    } else {
        tcn_uuid_to_text(item->matter.bytes, out_text);
    }
}

static void word(struct tcn_slice text, char out_text[TCN_SHOW_WORD_BYTES]) {
    tcn_show_text(text, out_text, TCN_SHOW_WORD_BYTES);
    if (out_text[0] == '\0') {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "-");
    }
}

/* The name of a division, as the policy has it, or its digits. */
static void place(const struct tcn_item_view *view, const struct tcn_event *event,
                  char out_text[TCN_SHOW_WORD_BYTES]) {
    uint64_t code = 0;
    if (tcn_text_to_u64(event->division, &code) != TCN_OK) {
        code = 0;
    }
    tcn_show_division(view->policy, code, out_text);
}

static void print_csv(const struct tcn_item_view *view, const struct tcn_item *item,
                      const struct tcn_event *event) {
    char position[24];
    char number[24];
    char time[TCN_TIME_TEXT_BYTES];
    char domain[TCN_SHOW_WORD_BYTES];
    char division[TCN_SHOW_WORD_BYTES];
    char office[TCN_SHOW_WORD_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    (void)snprintf(position, sizeof position, "%" PRIu64, item->position);
    (void)snprintf(number, sizeof number, "%" PRIu64, item->alert.number);
    tcn_text_from_time(item->log_time_ns, time);
    tcn_show_text(event->domain, domain, sizeof domain);
    tcn_show_text(event->division, division, sizeof division);
    tcn_show_text(event->office, office, sizeof office);
    tcn_uuid_to_text(item->matter.bytes, matter);
    const char *const cells[CELL_COUNT] = {
        position,
        time,
        item->alert.stream.organ != 0 ? number : "",
        tcn_severity_name(severity_of(item, event)),
        tcn_act_name(event->act),
        domain,
        division,
        office,
        tcn_id_is_none(&item->matter) ? "" : matter,
        item->alert.stream.organ != 0 ? tcn_reason_name(item->alert.reason) : "",
        tcn_mode_name(event->mode),
    };
    for (size_t index = 0; index < CELL_COUNT; index++) {
        (void)fputs(index == 0 ? "" : ",", view->cli->out);
        tcn_show_csv_field(view->cli->out, cells[index]);
    }
    (void)fputs("\r\n", view->cli->out);
}

static void print_texts(FILE *out, const struct tcn_item *item, const struct tcn_reading *reading) {
    for (uint32_t index = 0; index < reading->text_count; index++) {
        const struct tcn_plain *plain = &reading->texts[index];
        if (plain->kind != TCN_COMPARTMENT_NARRATIVE) {
            (void)fprintf(out, "%*s(%s)\n", INDENT, "", tcn_compartment_name(plain->kind));
        }
        tcn_show_lines(out, plain->text, INDENT);
    }
    if (reading->handed.size > 0) {
        (void)fprintf(out, "%*s(hands over what it opens: tocsin replay --matter reads it)\n",
                      INDENT, "");
    }
    for (uint32_t index = 0; index < reading->closed_count; index++) {
        if (index == 0) {
            (void)fprintf(out, "%*s(%s: ", INDENT, "",
                          item->is_erased ? "erased for good" : "sealed to others");
        }
        (void)fprintf(out, "%s%s", index == 0 ? "" : ", ",
                      tcn_compartment_name(reading->closed[index]));
    }
    (void)fputs(reading->closed_count > 0 ? ")\n" : "", out);
}

/* What the other post says, when one has said that an event is to be erased. */
static void print_erasure(FILE *out, const struct tcn_item *item, const struct tcn_event *event) {
    const struct tcn_act_body *body = &event->act_body;
    char matter[TCN_UUID_TEXT_BYTES];
    char reason[TCN_SHOW_WORD_BYTES];
    char hash[2 * sizeof body->act_hash.bytes + 1];
    if (event->act != TCN_ACT_ERASED || (item->alert.flags & TCN_FLAG_WAITS) == 0) {
        return;
    }
    matter_text(item, matter);
    word(body->reason, reason);
    tcn_hex_encode(body->act_hash.bytes, sizeof body->act_hash.bytes, hash);
    (void)fprintf(out,
                  "%*sits event %" PRIu64 " is to be erased, once another post says the same\n"
                  "%*stry: tocsin erase %s %" PRIu64 " --reason %s --hash %s --post POST\n",
                  INDENT, "", body->position, INDENT, "", matter, body->position, reason, hash);
}

/* What the desk has to do about what the collector noticed. */
static void print_observed(FILE *out, const struct tcn_event *event) {
    const struct tcn_observed_body *body = &event->observed;
    char hash[2 * sizeof body->hash.bytes + 1];
    tcn_hex_encode(body->hash.bytes, sizeof body->hash.bytes, hash);
    if (event->act == TCN_ACT_EPOCH_WAITS) {
        (void)fprintf(out,
                      "%*sthe outbox of source %" PRIu32 " is a copy, or was set back: %" PRIu64
                      " %s events wait\n%*stry: tocsin epoch allow %" PRIu32 " %016" PRIx64
                      " --bureau DESK --why TEXT\n",
                      INDENT, "", body->lane.source, body->number, tcn_lane_name(body->lane.lane),
                      INDENT, "", body->lane.source, body->lane.epoch);
    } else if (event->act == TCN_ACT_CHUNK_FENCED) {
        (void)fprintf(out,
                      "%*surgent events of source %" PRIu32 " from number %" PRIu64
                      " came under a closed epoch and were not taken: chunk %.16s\n",
                      INDENT, "", body->lane.source, body->number, hash);
    } else if (event->act == TCN_ACT_GENERATION) {
        (void)fprintf(out,
                      "%*sthe log was restored from a backup: offices send again what it lost, and "
                      "what you saw since may come once more\n",
                      INDENT, "");
    } else if (event->act == TCN_ACT_TIME_DOUBTED) {
        (void)fprintf(out,
                      "%*sthe collector's clock jumped, and its log time stands still\n"
                      "%*stry: have the clock checked, then tocsin log confirm-time --bureau DESK "
                      "--why TEXT\n",
                      INDENT, "", INDENT, "");
    }
}

/* How grave an accident is; what an act does not say, that it is early or waits, and what would
 * have done. */
static void print_told(FILE *out, const struct tcn_policy *policy, const struct tcn_alert *alert) {
    char facts[TCN_SHOW_WORD_BYTES];
    if (alert->degree.rank != 0) {
        tcn_show_degree(policy, &alert->degree, facts);
        (void)fprintf(out, "%*s(accident: %s)\n", INDENT, "", facts);
    }
    tcn_show_facts(alert->facts, facts, sizeof facts);
    if (facts[0] != '\0') {
        (void)fprintf(out, "%*s(it %s say: %s)\n", INDENT, "",
                      alert->reason == TCN_REASON_OUTCOME ? "must" : "should also", facts);
    }
    if (alert->reason == TCN_REASON_BREACH) {
        tcn_item_placement_breaches(out, INDENT, alert->code);
    }
    if (alert->stage == TCN_STAGE_STUB) { /* refused, it lies with the office */
        (void)fprintf(
            out,
            "%*s(its report is not here: it may come yet; else ask who reports for: tocsin "
            "outbox dead list)\n",
            INDENT, "");
    }
    if ((alert->flags & TCN_FLAG_EARLY) != 0) {
        (void)fprintf(out, "%*s(out of its order: what comes before it is not there)\n", INDENT,
                      "");
    }
    if ((alert->flags & TCN_FLAG_SILENCED) != 0) {
        (void)fprintf(out, "%*s(silenced: it does not ring)\n", INDENT, "");
    }
    if ((alert->flags & TCN_FLAG_AGAIN) != 0) {
        (void)fprintf(out, "%*s(again: nobody has the matter in hand yet)\n", INDENT, "");
    }
    if ((alert->flags & TCN_FLAG_WAITS) != 0) {
        (void)fprintf(out, "%*s(it counts once another post names it too)\n", INDENT, "");
    }
    if (alert->allowed_acts != 0) {
        (void)fprintf(out, "%*s(allowed: ", INDENT, "");
        tcn_show_acts(out, alert->allowed_acts);
        (void)fprintf(out, ")\n");
    }
}

/* How long until an end, to the day or the hour. */
static void print_left(FILE *out, int64_t left_ns) {
    const int64_t hour_ns = 3600 * INT64_C(1000000000);
    const int64_t hours = (left_ns + hour_ns / 2) / hour_ns;
    const bool is_days = hours >= 48;
    const int64_t count = is_days ? (hours + 12) / 24 : hours;
    (void)fprintf(out, ", in %" PRId64 " %s%s", count, is_days ? "day" : "hour",
                  count == 1 ? "" : "s");
}

/* That a word comes after its time, and since when it was due. */
static void print_lateness(FILE *out, const struct tcn_item *item) {
    char due[TCN_TIME_TEXT_BYTES];
    if (item->log_time_ns - item->alert.fired.due_ns > LATE_NS) {
        tcn_show_time(item->alert.fired.due_ns, due);
        (void)fprintf(out, " (this was due %s; the collector did not run then)", due);
    }
}

/* What has come, and what is to be done about it. New keys are not a new end: who is told of both
 * does the right one. */
static void print_key_end(FILE *out, const struct tcn_item *item, const char *name) {
    const struct tcn_fired *fired = &item->alert.fired;
    const bool is_over = fired->until_ns <= item->log_time_ns;
    char end[TCN_TIME_TEXT_BYTES];
    tcn_show_time(fired->until_ns, end);
    (void)fprintf(out, "%*sthe key of %s %s %s", INDENT, "", name, is_over ? "ended" : "ends", end);
    if (is_over) {
        (void)fputs(": it is neither heard nor answered any more", out);
    } else {
        print_left(out, fired->until_ns - item->log_time_ns);
    }
    print_lateness(out, item);
    (void)fprintf(
        out,
        "\n%*stry: have an administrator say tocsin key rights %s --not-after TIME; if its "
        "keys are old too, tocsin key rotate on its own PC\n",
        INDENT, "", name);
}

/* A clock of a matter: the last instant of its period is just before the end. */
static void print_clock(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    char holder[TCN_SHOW_WORD_BYTES];
    const struct tcn_fired *fired = &item->alert.fired;
    const bool is_over = fired->until_ns <= item->log_time_ns;
    char matter[TCN_UUID_TEXT_BYTES];
    char end[TCN_TIME_TEXT_BYTES];
    tcn_show_time(fired->until_ns - 1, end);
    matter_text(item, matter);
    (void)fprintf(out, "%*s", INDENT, "");
    tcn_clocks_show_title(out, item->subject, item->title_zh, item->title_en);
    (void)fprintf(out, " %s %s", is_over ? "was due" : "is due", end);
    if (!is_over) {
        print_left(out, fired->until_ns - item->log_time_ns);
    }
    print_lateness(out, item);
    if (item->alert.holder != 0) {
        tcn_show_organ(policy, item->alert.holder, holder);
        (void)fprintf(out, "\n%*snobody took the matter: %s leads from now on", INDENT, "", holder);
    }
    (void)fprintf(out, "\n%*stry: tocsin matter show %s\n", INDENT, "", matter);
}

/* Whoever sees it asks for the next year's calendar: until it is there, limits are the earliest. */
static void print_calendar(FILE *out, const struct tcn_item *item) {
    (void)fprintf(out,
                  "%*sclocks end in %" PRIu64 ", whose calendar the policy lacks: their dates are "
                  "the earliest possible\n%*stry: add that year to calendars.yaml, then tocsin "
                  "policy check\n",
                  INDENT, "", item->alert.fired.subject, INDENT, "");
}

/* Which policy is in force, since whose word, and what it did to clocks. */
static void print_policy(FILE *out, const struct tcn_item *item, const char *name) {
    const struct tcn_fired *fired = &item->alert.fired;
    (void)fprintf(out, "%*spolicy version %" PRIu64 " is in force, by %s; running clocks ", INDENT,
                  "", item->alert.policy_version, name);
    if (fired->stage == TCN_POLICY_RESTATES) {
        (void)fprintf(out, "follow it too, %" PRIu32 " changed", fired->rule);
    } else {
        (void)fputs("keep their terms", out);
    }
    (void)fprintf(out,
                  "\n%*stry: tocsin policy show --at %" PRIu64
                  " on the collector's machine, and ask whoever it was if you did not expect it\n",
                  INDENT, "", item->alert.position);
}

/* That somebody has to take a matter in hand, or that its clock comes or has come; to the desk,
 * that people may think of more. */
static void print_step(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    const struct tcn_alert *alert = &item->alert;
    const struct tcn_fired *fired = &alert->fired;
    const bool has_clock = fired->subject != 0;
    const bool is_over = fired->until_ns <= item->log_time_ns;
    char organ[TCN_SHOW_WORD_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_organ(policy, alert->holder, organ);
    matter_text(item, matter);
    tcn_show_time(has_clock ? fired->until_ns - 1 : fired->until_ns, time);
    (void)fprintf(out, "%*s", INDENT, "");
    if (has_clock) {
        tcn_clocks_show_title(out, item->subject, item->title_zh, item->title_en);
        (void)fprintf(out, " %s %s, and is %s's to do", is_over ? "was due" : "is due", time,
                      organ);
    } else {
        (void)fprintf(out, "%s was told %s, and has not taken it in hand", organ, time);
    }
    print_lateness(out, item);
    if (alert->reason == TCN_REASON_PROPOSAL) {
        (void)fprintf(out,
                      "\n%*sreminded and urged in vain: whether more is to follow is for people to "
                      "decide, and nothing does by itself",
                      INDENT, "");
    }
    if (has_clock || alert->stream.organ != alert->holder) {
        (void)fprintf(out, "\n%*stry: tocsin matter show %s\n", INDENT, "", matter);
    } else {
        (void)fprintf(out, "\n%*stry: tocsin act %s acknowledged --post POST\n", INDENT, "",
                      matter);
    }
}

/* That nobody sits where an urgent item waits: somebody has to telephone. */
static void print_undeliverable(FILE *out, const struct tcn_policy *policy,
                                const struct tcn_item *item) {
    const struct tcn_organ *found = tcn_policy_organ(policy, item->alert.holder);
    const char *phone = found != NULL && found->duty_phone[0] != '\0' ? found->duty_phone : NULL;
    char organ[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_organ(policy, item->alert.holder, organ);
    tcn_show_time(item->alert.fired.until_ns, time);
    (void)fprintf(out,
                  "%*snobody at %s fetches its items: %" PRIu64 ", told %s, waits there; nobody is "
                  "late by it\n%*stry: telephone %s%s%s\n",
                  INDENT, "", organ, item->alert.fired.subject, time, INDENT, "", organ,
                  phone != NULL ? ", " : "", phone != NULL ? phone : "");
}

/* That a silence of the own stream, or that the desk is shown, ends or has ended. */
static void print_silence(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    const struct tcn_fired *fired = &item->alert.fired;
    char organ[TCN_SHOW_WORD_BYTES];
    char end[TCN_TIME_TEXT_BYTES];
    tcn_show_organ(policy, item->alert.holder, organ);
    tcn_show_time(fired->until_ns, end);
    (void)fprintf(out, "%*sthe silence of %s, said at position %" PRIu64 ", %s %s", INDENT, "",
                  organ, fired->subject, fired->stage > 1 ? "ended" : "ends", end);
    print_lateness(out, item);
    (void)fputc('\n', out);
}

static void print_ladder(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    if (item->alert.reason != TCN_REASON_UNDELIVERABLE && item->alert.fired.rule == 0) {
        print_silence(out, policy, item);
    } else if (item->alert.reason == TCN_REASON_UNDELIVERABLE) {
        print_undeliverable(out, policy, item);
    } else {
        print_step(out, policy, item);
    }
}

/* Which office has said nothing, since when, and whom to ask. What is missing is unknown: nobody
 * says that it is safe. */
static void print_expected(FILE *out, const struct tcn_item *item, const char *name) {
    const struct tcn_fired *fired = &item->alert.fired;
    char due[TCN_TIME_TEXT_BYTES];
    tcn_show_time(fired->until_ns, due);
    (void)fprintf(out, "%*s%s has not said what was due %s (%" PRIu32 " missing): unknown", INDENT,
                  "", name, due, fired->rule);
    if (fired->stage == TCN_EXPECTED_STAGE_OFF) {
        (void)fputs("; it has signed off, its duty telephone answers", out);
    }
    print_lateness(out, item);
    (void)fprintf(out,
                  "\n%*stry: call its duty telephone, then tocsin zero --oral %s; tocsin board "
                  "shows all\n",
                  INDENT, "", name);
}

/* That who leads cannot read what was sealed before: whoever handed it over can mend it, and else
 * the desk, which has the escrow while it leads. */
static void print_rewrap(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    const bool is_desk = item->alert.fired.stage == TCN_REWRAP_STAGE_DESK;
    char organ[TCN_SHOW_WORD_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_show_organ(policy, item->alert.holder, organ);
    matter_text(item, matter);
    (void)fprintf(out, "%*s%s leads, and cannot read all that was sealed before%s\n", INDENT, "",
                  organ, is_desk ? ": nobody has handed it over" : "");
    (void)fprintf(out, "%*stry: tocsin rewrap %s --to %s%s\n", INDENT, "", matter, organ,
                  is_desk ? "; the desk reads its escrow while it leads" : "");
}

static void print_fired(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item,
                        const char *name) {
    switch (item->alert.fired.kind) {
    case TCN_DUE_KEY_ENDS:
        print_key_end(out, item, name);
        break;
    case TCN_DUE_CLOCK:
        print_clock(out, policy, item);
        break;
    case TCN_DUE_CALENDAR:
        print_calendar(out, item);
        break;
    case TCN_DUE_POLICY:
        print_policy(out, item, name);
        break;
    case TCN_DUE_PLACEMENT:
        tcn_item_placement_fired(out, INDENT, item);
        break;
    case TCN_DUE_WAKE:
        tcn_item_print_wake(out, policy, item);
        break;
    case TCN_DUE_LADDER:
        print_ladder(out, policy, item);
        break;
    case TCN_DUE_REWRAP:
        print_rewrap(out, policy, item);
        break;
    case TCN_DUE_EXPECTED:
        print_expected(out, item, name);
        break;
    case TCN_DUE_NONE:
    default:
        break;
    }
}

/* Time, severity and act have a fixed width; what may be Chinese stands last. */
static void print_line(const struct tcn_item_view *view, const struct tcn_item *item,
                       const struct tcn_reading *reading) {
    const struct tcn_event *event = &reading->event;
    const struct tcn_cli *cli = view->cli;
    char time[TCN_TIME_TEXT_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    char domain[TCN_SHOW_WORD_BYTES];
    char division[TCN_SHOW_WORD_BYTES];
    char office[TCN_SHOW_WORD_BYTES];
    enum tcn_severity severity = severity_of(item, event);
    bool is_alert = item->alert.stream.organ != 0;
    bool is_clock = tcn_reason_is_fired(item->alert.reason);
    tcn_show_time(item->log_time_ns, time);
    matter_text(item, matter);
    word(event->domain, domain);
    word(is_clock ? item->subject : event->office, office);
    place(view, event, division);
    const char *shown = severity_word(item, event);
    bool is_plain = shown[0] == '-';
    (void)fprintf(
        cli->out, "%s  %s%-8s%s  %-15s  %s  %s%s%s", time,
        is_plain ? "" : tcn_show_colour(cli, severity), shown, is_plain ? "" : tcn_show_plain(cli),
        is_clock ? tcn_due_kind_name(item->alert.fired.kind) : tcn_act_name(event->act), matter,
        is_alert ? tcn_reason_name(item->alert.reason) : "", is_alert ? "  " : "", office);
    if (event->domain.size > 0 || event->division.size > 0) {
        (void)fprintf(cli->out, "  %s  %s", domain, division);
    }
    if (event->mode == TCN_MODE_EXERCISE) {
        (void)fputs("  EXERCISE", cli->out);
    }
    if (is_alert && item->alert.code != TCN_OK && item->alert.reason != TCN_REASON_BREACH) {
        (void)fprintf(cli->out, "  (no effect: %s)",
                      tcn_status_sentence((enum tcn_status)item->alert.code));
    }
    (void)fputc('\n', cli->out);
    print_observed(cli->out, event);
    tcn_item_print_shift(cli->out, event);
    print_erasure(cli->out, item, event);
    if (is_alert) {
        print_told(cli->out, view->policy, &item->alert);
    }
    if (is_clock) {
        print_fired(cli->out, view->policy, item, office);
    }
    print_texts(cli->out, item, reading);
}

static void write_item(const struct tcn_item_view *view, const struct tcn_item *item,
                       const struct tcn_reading *reading, struct tcn_json_writer *writer) {
    tcn_json_writer_init(writer);
    if (view->has_kind) {
        tcn_json_add_word(writer, "kind", "item");
    }
    tcn_json_item_fields(writer, item, &reading->event, view->policy);
    tcn_json_texts(writer, reading->texts, reading->text_count);
    tcn_json_closed(writer, reading->closed, reading->closed_count);
}

enum tcn_status tcn_item_print(const struct tcn_item_view *view, const struct tcn_item *item) {
    struct tcn_reading reading;
    tcn_arena_reset(view->arena);
    enum tcn_status status = tcn_reading_make_anew(item, view->keys, view->key_file, view->handed,
                                                   view->arena, &reading);
    if (status != TCN_OK) {
        return status;
    }
    if (view->format == TCN_FORMAT_NDJSON) {
        struct tcn_json_writer writer;
        write_item(view, item, &reading, &writer);
        status = tcn_json_write_file(&writer, view->cli->out, false);
        tcn_json_writer_fini(&writer);
    } else if (view->format == TCN_FORMAT_CSV) {
        print_csv(view, item, &reading.event);
    } else {
        print_line(view, item, &reading);
    }
    wipe(view);
    return status == TCN_OK && ferror(view->cli->out) ? TCN_IO : status;
}

enum tcn_status tcn_item_encode(const struct tcn_item_view *view, const struct tcn_item *item,
                                struct tcn_slice *out_text) {
    struct tcn_reading reading;
    tcn_arena_reset(view->arena);
    enum tcn_status status = tcn_reading_make_anew(item, view->keys, view->key_file, view->handed,
                                                   view->arena, &reading);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_json_writer writer;
    write_item(view, item, &reading, &writer);
    status = tcn_json_write_arena(&writer, view->arena, out_text);
    tcn_json_writer_fini(&writer);
    return status;
}
