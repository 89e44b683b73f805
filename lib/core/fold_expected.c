/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_expected.h"

#include "base/text.h"
#include "core/calendar.h"
#include "core/due.h"
#include "core/fold_due.h"
#include "core/guard.h"
#include "core/signs.h"

#include <string.h>

/** What one word of an office says of one report. */
struct said {
    uint16_t office;
    uint64_t number;
    int64_t period;
    int64_t today; /**< the period in which the log takes it */
    int64_t at_ns;
    enum tcn_said how;
    bool is_safe;
    uint64_t position;
    struct tcn_slice post;
};

bool tcn_fold_expected_knows(const struct tcn_event *event) {
    const bool is_zero = event->act == TCN_ACT_ZERO_REPORT && event->body_kind == TCN_BODY_ZERO;
    return tcn_id_is_none(&event->matter) &&
           (is_zero || event->act == TCN_ACT_ORAL_ZERO || event->act == TCN_ACT_CHECKED_IN ||
            event->act == TCN_ACT_SIGNED_OFF || event->act == TCN_ACT_STOPPED);
}

/** The reports that the policy expects; none when it has no plans. */
static uint32_t report_count(const struct tcn_fold *fold) {
    return fold->policy->plans != NULL ? fold->policy->plans->report_count : 0;
}

static const struct tcn_expected_report *report_at(const struct tcn_fold *fold, uint32_t index) {
    return &fold->policy->plans->reports[index];
}

/** A row that need not be there: then an empty one under this key. */
static enum tcn_status look(const struct tcn_fold *fold, const struct tcn_expected_key *key,
                            struct tcn_expected *out_row, bool *out_has) {
    memset(out_row, 0, sizeof(*out_row));
    const enum tcn_status status = fold->ops->expected_get(fold->state, key, out_row);
    *out_has = status == TCN_OK;
    out_row->key = *key;
    return status == TCN_ABSENT ? TCN_OK : status;
}

/** The first row of a kind and organ at or behind a number. */
static enum tcn_status next_row(const struct tcn_fold *fold, const struct tcn_expected_key *key,
                                struct tcn_expected *out_row, bool *out_has) {
    const enum tcn_status status = fold->ops->expected_next(fold->state, key, out_row);
    *out_has = status == TCN_OK && out_row->key.row == key->row && out_row->key.organ == key->organ;
    return status == TCN_ABSENT ? TCN_OK : status;
}

enum tcn_status tcn_fold_expected_init(struct tcn_fold *fold) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING};
    struct tcn_expected row;
    return next_row(fold, &key, &row, &fold->asks_check_ins);
}

/** Since when check-ins are asked of an office because of a domain; never when they are not. */
static enum tcn_status asked_since(const struct tcn_fold *fold, const char *domain, uint16_t office,
                                   int64_t *out_since_ns) {
    struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING};
    bool has = true;
    enum tcn_status status = TCN_OK;
    *out_since_ns = TCN_EXPECTED_NEVER;
    while (has && status == TCN_OK) { /* ends with the rows: each turn moves the key on */
        struct tcn_expected row;
        status = next_row(fold, &key, &row, &has);
        if (status == TCN_OK && has) {
            const bool is_it =
                strcmp(row.post, domain) == 0 && tcn_expected_covers(fold->policy, &row, office);
            *out_since_ns = is_it && row.since_ns < *out_since_ns ? row.since_ns : *out_since_ns;
            key.number = row.key.number + 1;
        }
    }
    return status;
}

/** From when a report is expected of an office (X2). */
static enum tcn_status expected_from(const struct tcn_fold *fold,
                                     const struct tcn_expected_report *report, uint16_t office,
                                     int64_t *out_from_ns) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_SEAT, .organ = office};
    struct tcn_expected row;
    bool has = false;
    enum tcn_status status = next_row(fold, &key, &row, &has);
    *out_from_ns = TCN_EXPECTED_NEVER;
    if (status != TCN_OK || !has) {
        return status;
    }
    if (report->while_domain[0] != '\0') {
        return asked_since(fold, report->while_domain, office, out_from_ns);
    }
    *out_from_ns = tcn_expected_from_ns(fold->policy, row.since_ns);
    return TCN_OK;
}

/** How a report of an office stands at an instant. `out_last` is its row. */
static enum tcn_status input_of(const struct tcn_fold *fold,
                                const struct tcn_expected_report *report, uint16_t office,
                                struct tcn_expected *out_last, struct tcn_expected_input *out_in) {
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_LAST, .organ = office, .number = tcn_expected_number(report)};
    bool has = false;
    enum tcn_status status = look(fold, &key, out_last, &has);
    *out_in = (struct tcn_expected_input){
        .report = report, .calendar = tcn_expected_calendar(fold->policy), .last = out_last};
    return status == TCN_OK ? expected_from(fold, report, office, &out_in->from_ns) : status;
}

/** Puts an office's next due time, or takes it away. */
static enum tcn_status reschedule(struct tcn_fold *fold, uint16_t office, int64_t log_time_ns) {
    const struct tcn_organ *organ = tcn_policy_organ(fold->policy, office);
    struct tcn_expected_next first = {TCN_EXPECTED_NEVER, TCN_EXPECTED_NEVER};
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < report_count(fold) && status == TCN_OK; i++) {
        struct tcn_expected last;
        struct tcn_expected_input in;
        if (!tcn_expected_is_of(report_at(fold, i), organ)) {
            continue;
        }
        status = input_of(fold, report_at(fold, i), office, &last, &in);
        in.now_ns = log_time_ns;
        const struct tcn_expected_next next = tcn_expected_next(&in);
        first = status == TCN_OK && next.fires_ns < first.fires_ns ? next : first;
    }
    const struct tcn_due due = {.key = {.kind = TCN_DUE_EXPECTED, .subject = office},
                                .stage = TCN_EXPECTED_STAGE_SILENT,
                                .due_ns = first.fires_ns,
                                .until_ns = first.due_ns};
    if (status == TCN_OK && first.fires_ns != TCN_EXPECTED_NEVER) {
        status = fold->ops->due_put(fold->state, &due);
    } else if (status == TCN_OK) {
        status = fold->ops->due_del(fold->state, &due.key);
        status = status == TCN_ABSENT ? TCN_OK : status;
    }
    return status == TCN_OK ? tcn_due_first(fold->ops, fold->state, &fold->due_ns) : status;
}

static enum tcn_status reschedule_all(struct tcn_fold *fold, int64_t log_time_ns) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < fold->policy->organ_count && status == TCN_OK; i++) {
        const struct tcn_organ *organ = &fold->policy->organs[i];
        if (organ->kind == TCN_ORGAN_OFFICE) {
            status = reschedule(fold, organ->number, log_time_ns);
        }
    }
    return status;
}

/** X4: whether a word takes the place of the one that stands in its period. */
static bool replaces(const struct said *said, const struct tcn_expected *row, bool has) {
    if (!has || row->said == TCN_SAID_NOT || said->period != row->period) {
        return !has || row->said == TCN_SAID_NOT || said->period > row->period;
    }
    const bool is_weaker = said->how == TCN_SAID_ORAL && row->said == TCN_SAID_SIGNED;
    const bool is_safer = said->is_safe && !row->is_safe;
    return said->at_ns >= row->since_ns && (!is_weaker || !said->is_safe) &&
           !(said->how == TCN_SAID_ORAL && is_safer);
}

/** Writes a word into a row, LAST or DAY. */
static enum tcn_status write_said(const struct tcn_fold *fold, const struct said *said,
                                  struct tcn_expected_key key) {
    struct tcn_expected row;
    bool has = false;
    enum tcn_status status = look(fold, &key, &row, &has);
    if (status != TCN_OK) {
        return status;
    }
    const bool is_same = has && row.said != TCN_SAID_NOT && row.period == said->period;
    const bool is_new = replaces(said, &row, has);
    row.count = is_same ? row.count + (row.count < UINT32_MAX ? 1 : 0) : is_new ? 1 : row.count;
    if (is_new) {
        row.said = said->how;
        row.is_safe = said->is_safe;
        row.is_corrected = false;
        row.period = said->period;
        row.since_ns = said->at_ns;
        row.position = said->position;
        memset(row.post, 0, sizeof(row.post));
        if (said->post.size <= TCN_WORD_BYTES_MAX && said->post.size > 0) {
            memcpy(row.post, said->post.data, said->post.size);
        }
    }
    return is_new || is_same ? fold->ops->expected_put(fold->state, &row) : TCN_OK;
}

/** The key of what was said on a day. */
static struct tcn_expected_key day_key(const struct said *said, int64_t period) {
    return (struct tcn_expected_key){.row = TCN_EXPECTED_ROW_DAY,
                                     .organ = said->office,
                                     .number = said->number << 32 | (uint32_t)period};
}

/** Lets go what was said of a line too long ago (X6). */
static enum tcn_status drop_old(const struct tcn_fold *fold, const struct said *said) {
    struct tcn_expected_key key = day_key(said, 0);
    bool has = said->today >= TCN_ZERO_DAYS_KEPT;
    enum tcn_status status = TCN_OK;
    while (has && status == TCN_OK) { /* ends with the rows: each turn takes one away */
        const struct tcn_expected_key last = day_key(said, said->today - TCN_ZERO_DAYS_KEPT);
        struct tcn_expected row;
        status = next_row(fold, &key, &row, &has);
        has = has && row.key.number <= last.number;
        if (status == TCN_OK && has) {
            status = fold->ops->expected_del(fold->state, &row.key);
        }
    }
    return status;
}

/** Keeps a word: as the newest, and, of a line, as what was said that day, unless the day is so
 * long past that it would be let go at once: a clock may be wrong by years. */
static enum tcn_status keep(const struct tcn_fold *fold, const struct said *said) {
    const struct tcn_expected_key last = {
        .row = TCN_EXPECTED_ROW_LAST, .organ = said->office, .number = said->number};
    enum tcn_status status = write_said(fold, said, last);
    if (status != TCN_OK || said->how == TCN_SAID_ALIVE) {
        return status;
    }
    if (said->period >= 0 && said->period > said->today - TCN_ZERO_DAYS_KEPT) {
        status = write_said(fold, said, day_key(said, said->period));
    }
    return status == TCN_OK ? drop_old(fold, said) : status;
}

/** The report that ticks a line for an office; NULL when none does. */
static const struct tcn_expected_report *
report_of_line(const struct tcn_fold *fold, struct tcn_slice line, const struct tcn_organ *organ) {
    for (uint32_t i = 0; i < report_count(fold); i++) {
        const struct tcn_expected_report *report = report_at(fold, i);
        if (report->kind == TCN_EXPECTED_ZERO_REPORT && tcn_slice_is_text(line, report->line) &&
            tcn_expected_is_of(report, organ)) {
            return report;
        }
    }
    return NULL;
}

/** When it was said: as recorded, and never ahead of the log (Z3). */
static int64_t said_at(const struct tcn_fold_step *step) {
    const int64_t recorded_ns = step->event->recorded_ns;
    const int64_t log_time_ns = step->in->log_time_ns;
    return recorded_ns == 0 || recorded_ns > log_time_ns ? log_time_ns : recorded_ns;
}

/** The period of a report; the day where no report asks. */
static int64_t period_of(const struct tcn_expected_report *report,
                         const struct tcn_calendar *calendar, int64_t at_ns) {
    return report != NULL ? tcn_expected_period(report, calendar, at_ns)
                          : tcn_calendar_day(calendar, at_ns);
}

static enum tcn_status keep_ticks(struct tcn_fold_step *step, const struct tcn_organ *office) {
    const struct tcn_zero_body *body = &step->event->zero;
    const struct tcn_calendar *calendar = tcn_expected_calendar(step->fold->policy);
    struct said said = {.office = office->number,
                        .at_ns = said_at(step),
                        .how =
                            step->event->act == TCN_ACT_ORAL_ZERO ? TCN_SAID_ORAL : TCN_SAID_SIGNED,
                        .position = step->in->position,
                        .post = body->post};
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < body->tick_count && status == TCN_OK; i++) {
        const struct tcn_slice line = body->ticks[i].line;
        if (tcn_sign_line_by_id(step->fold->policy, line) == NULL) {
            continue; /* accepted, and ticks nothing */
        }
        const struct tcn_expected_report *report = report_of_line(step->fold, line, office);
        said.number = tcn_expected_line_number(line);
        said.is_safe = body->ticks[i].is_safe;
        said.period = period_of(report, calendar, said.at_ns);
        said.today = period_of(report, calendar, step->in->log_time_ns);
        status = keep(step->fold, &said);
    }
    return status;
}

/** A sign of life for every check-in that is asked of the office. */
static enum tcn_status keep_alive(struct tcn_fold_step *step, const struct tcn_organ *office) {
    const struct tcn_fold *fold = step->fold;
    struct said said = {.office = office->number,
                        .at_ns = said_at(step),
                        .how = TCN_SAID_ALIVE,
                        .position = step->in->position};
    if (step->event->body_kind == TCN_BODY_ACT) {
        said.post = step->event->act_body.post;
    }
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < report_count(fold) && status == TCN_OK; i++) {
        const struct tcn_expected_report *report = report_at(fold, i);
        if (report->kind == TCN_EXPECTED_CHECK_IN && tcn_expected_is_of(report, office)) {
            said.number = tcn_expected_number(report);
            said.period =
                tcn_expected_period(report, tcn_expected_calendar(fold->policy), said.at_ns);
            status = keep(fold, &said);
        }
    }
    return status;
}

/** Signed off, or stopped and back again. */
static enum tcn_status keep_absence(struct tcn_fold_step *step, const struct tcn_organ *office) {
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_OFFICE, .organ = office->number};
    struct tcn_expected row;
    bool has = false;
    const enum tcn_status status = look(step->fold, &key, &row, &has);
    if (status != TCN_OK) {
        return status;
    }
    if (step->event->act == TCN_ACT_SIGNED_OFF) {
        row.off_ns = said_at(step);
    } else {
        row.stopped_ns = step->event->occurred_ns;
        row.back_ns = said_at(step);
    }
    row.position = step->in->position;
    return step->fold->ops->expected_put(step->fold->state, &row);
}

/** Whether the event may say it of whom it says it (X1); else the event is void. */
static const struct tcn_organ *spoken_of(struct tcn_fold_step *step) {
    const struct tcn_policy *policy = step->fold->policy;
    const bool is_oral = step->event->act == TCN_ACT_ORAL_ZERO;
    const struct tcn_organ *self = tcn_policy_organ(policy, step->in->organ);
    const bool is_desk = self != NULL && self->number == policy->desk;
    const bool is_office = self != NULL && self->kind == TCN_ORGAN_OFFICE;
    if (is_oral ? !is_desk : (step->event->act == TCN_ACT_ZERO_REPORT && !is_office)) {
        tcn_fold_why(step, TCN_WHY_ZERO_NOT_OWN, step->in->organ);
        tcn_fold_void(step, TCN_DENIED);
        return NULL;
    }
    if (!is_oral) {
        return is_office ? self : NULL;
    }
    const struct tcn_organ *office = tcn_policy_organ_by_id(policy, step->event->zero.of_office);
    if (office == NULL || office->kind != TCN_ORGAN_OFFICE) {
        tcn_fold_note(step, (struct tcn_note){.why = TCN_WHY_NOT_AN_ORGAN,
                                              .word = step->event->zero.of_office});
        tcn_fold_void(step, TCN_BAD_VALUE);
        return NULL;
    }
    return office;
}

enum tcn_status tcn_fold_expected_say(struct tcn_fold_step *step) {
    const struct tcn_event *event = step->event;
    const bool is_stop = event->act == TCN_ACT_STOPPED;
    const bool is_clear =
        !is_stop || (event->occurred_ns > 0 && event->occurred_ns <= said_at(step));
    const struct tcn_organ *office = spoken_of(step);
    if (office == NULL || !is_clear || event->mode != step->in->log_mode) { /* X5 */
        return TCN_OK;
    }
    tcn_fold_why(step, TCN_WHY_OFFICE_SPOKE, office->number);
    enum tcn_status status = TCN_OK;
    if (event->body_kind == TCN_BODY_ZERO) {
        status = keep_ticks(step, office);
    } else if (event->act != TCN_ACT_CHECKED_IN) {
        status = keep_absence(step, office);
    }
    const bool is_there = event->act == TCN_ACT_CHECKED_IN || event->act == TCN_ACT_ZERO_REPORT;
    if (status == TCN_OK && is_there) {
        status = keep_alive(step, office);
    }
    return status == TCN_OK ? reschedule(step->fold, office->number, step->in->log_time_ns)
                            : status;
}

/** A shift of the desk ends, and the next one begins. */
static enum tcn_status note_shift(const struct tcn_fold_step *step) {
    const struct tcn_expected row = {
        .key = {.row = TCN_EXPECTED_ROW_SHIFT, .organ = step->in->organ},
        .since_ns = said_at(step),
        .position = step->in->position};
    return step->fold->ops->expected_put(step->fold->state, &row);
}

enum tcn_status tcn_fold_expected_other(struct tcn_fold_step *step) {
    const struct tcn_organ *organ = tcn_policy_organ(step->fold->policy, step->in->organ);
    if (organ == NULL || step->in->lane.source == 0 || !tcn_act_is_human(step->event->act) ||
        step->event->mode != step->in->log_mode) {
        return TCN_OK;
    }
    if (step->event->act == TCN_ACT_HANDED_OVER && organ->number == step->fold->policy->desk &&
        tcn_id_is_none(&step->event->matter)) {
        return note_shift(step);
    }
    if (!step->fold->asks_check_ins || organ->kind != TCN_ORGAN_OFFICE ||
        tcn_fold_expected_knows(step->event)) {
        return TCN_OK;
    }
    const enum tcn_status status = keep_alive(step, organ);
    return status == TCN_OK ? reschedule(step->fold, organ->number, step->in->log_time_ns) : status;
}

/** Notes or takes away the program of one row, for every office: it may have changed its own. */
static enum tcn_status note_seat(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                 const struct tcn_principal *principal) {
    const bool is_there =
        principal->role == TCN_ROLE_OFFICE && principal->status == TCN_PRINCIPAL_ACTIVE;
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < fold->policy->organ_count && status == TCN_OK; i++) {
        const struct tcn_organ *organ = &fold->policy->organs[i];
        const struct tcn_expected_key key = {
            .row = TCN_EXPECTED_ROW_SEAT, .organ = organ->number, .number = principal->id};
        struct tcn_expected row;
        bool has = false;
        if (organ->kind != TCN_ORGAN_OFFICE) {
            continue;
        }
        status = look(fold, &key, &row, &has);
        const bool is_here = is_there && principal->organ == organ->number;
        if (status != TCN_OK || has == is_here) {
            continue;
        }
        row.since_ns = in->log_time_ns;
        row.position = in->position;
        status = is_here ? fold->ops->expected_put(fold->state, &row)
                         : fold->ops->expected_del(fold->state, &key);
        status = status == TCN_OK ? reschedule(fold, organ->number, in->log_time_ns) : status;
    }
    return status;
}

enum tcn_status tcn_fold_expected_rows(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < in->row_count && status == TCN_OK; i++) {
        const enum tcn_role role = in->rows[i].role;
        status = role == TCN_ROLE_OFFICE ? note_seat(fold, in, &in->rows[i]) : TCN_OK;
    }
    return status;
}

enum tcn_status tcn_fold_expected_activate(struct tcn_fold *fold, const struct tcn_fold_input *in) {
    return reschedule_all(fold, in->log_time_ns);
}

/** True when a report is expected only while a matter of this domain is open. */
static bool calls_for_check_ins(const struct tcn_fold *fold, const char *domain) {
    for (uint32_t i = 0; i < report_count(fold) && domain[0] != '\0'; i++) {
        if (strcmp(report_at(fold, i)->while_domain, domain) == 0) {
            return true;
        }
    }
    return false;
}

enum tcn_status tcn_fold_expected_matter(struct tcn_fold_step *step) {
    struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    const bool is_asked = report_count(fold) > 0 && !tcn_guard_has(matter) &&
                          matter->mode == step->in->log_mode &&
                          (calls_for_check_ins(fold, matter->domain) ||
                           (!step->is_birth && calls_for_check_ins(fold, step->before.domain)));
    if (!is_asked) {
        return TCN_OK;
    }
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_WARNING,
                                         .number = matter->birth_position};
    struct tcn_expected row;
    bool has = false;
    enum tcn_status status = look(fold, &key, &row, &has);
    const bool is_open = tcn_sign_is_open(matter) && calls_for_check_ins(fold, matter->domain);
    if (status != TCN_OK || has == is_open) {
        return status;
    }
    row.since_ns = step->in->log_time_ns;
    row.position = step->in->position;
    row.period = (int64_t)matter->division;
    memcpy(row.post, matter->domain, sizeof(row.post));
    status = is_open ? fold->ops->expected_put(fold->state, &row)
                     : fold->ops->expected_del(fold->state, &key);
    if (status == TCN_OK) {
        status = tcn_fold_expected_init(fold);
    }
    return status == TCN_OK ? reschedule_all(fold, step->in->log_time_ns) : status;
}

/** Notes that the silence of a report is told; says whether it was not before. */
static enum tcn_status note_silence(struct tcn_fold *fold, const struct tcn_expected_report *report,
                                    uint16_t office, int64_t now_ns, uint32_t *count) {
    struct tcn_expected last;
    struct tcn_expected_input in;
    const enum tcn_status status = input_of(fold, report, office, &last, &in);
    if (status != TCN_OK) {
        return status;
    }
    in.now_ns = now_ns;
    const struct tcn_expected_verdict verdict = tcn_expected_judge(&in);
    if (verdict.state != TCN_EXPECTED_OVERDUE || verdict.due_ns <= last.told_ns) {
        return TCN_OK;
    }
    last.told_ns = verdict.due_ns;
    (*count)++;
    return fold->ops->expected_put(fold->state, &last);
}

/** True when the office closed on the day of this instant. */
static enum tcn_status is_signed_off(const struct tcn_fold *fold, uint16_t office, int64_t now_ns,
                                     bool *out_is) {
    const struct tcn_calendar *calendar = tcn_expected_calendar(fold->policy);
    const struct tcn_expected_key key = {.row = TCN_EXPECTED_ROW_OFFICE, .organ = office};
    struct tcn_expected row;
    bool has = false;
    const enum tcn_status status = look(fold, &key, &row, &has);
    *out_is = row.off_ns != 0 &&
              tcn_calendar_day(calendar, row.off_ns) == tcn_calendar_day(calendar, now_ns);
    return status;
}

enum tcn_status tcn_fold_expected_fire(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                       const struct tcn_fired *fired) {
    const uint16_t office = (uint16_t)fired->subject;
    const struct tcn_organ *organ = tcn_policy_organ(fold->policy, office);
    enum tcn_status status = TCN_OK;
    uint32_t count = 0;
    bool is_off = false;
    for (uint32_t i = 0; i < report_count(fold) && status == TCN_OK; i++) {
        if (tcn_expected_is_of(report_at(fold, i), organ)) {
            status = note_silence(fold, report_at(fold, i), office, in->log_time_ns, &count);
        }
    }
    if (status == TCN_OK) {
        status = is_signed_off(fold, office, in->log_time_ns, &is_off);
    }
    struct tcn_alert alert = {
        .stream = {.mode = in->log_mode, .organ = fold->policy->desk},
        .generation = in->generation,
        .position = in->position,
        .act = TCN_ACT_TICK,
        .reason = TCN_REASON_CLOCK,
        .severity = TCN_SEVERITY_SERIOUS,
        .policy_version = fold->policy->version,
        .log_time_ns = in->log_time_ns,
        .fired = *fired,
    };
    alert.fired.rule = count;
    alert.fired.stage = is_off ? TCN_EXPECTED_STAGE_OFF : TCN_EXPECTED_STAGE_SILENT;
    if (status == TCN_OK && count > 0 && alert.stream.organ != 0) {
        status = tcn_fold_tell(fold, &alert);
    }
    return status == TCN_OK ? reschedule(fold, office, in->log_time_ns) : status;
}
