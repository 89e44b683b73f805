/* SPDX-License-Identifier: Apache-2.0 */
#include "core/fold_signs.h"

#include "base/clock.h"
#include "core/calendar.h"
#include "core/fold_expected.h"
#include "core/guard.h"
#include "core/signs.h"

#include <string.h>

/** A row that need not be there: then an empty one under this key. */
static enum tcn_status look(const struct tcn_fold *fold, const struct tcn_expected_key *key,
                            struct tcn_expected *out_row, bool *out_has) {
    memset(out_row, 0, sizeof(*out_row));
    const enum tcn_status status = fold->ops->expected_get(fold->state, key, out_row);
    *out_has = status == TCN_OK;
    out_row->key = *key;
    return status == TCN_ABSENT ? TCN_OK : status;
}

static struct tcn_expected_key sign_key(const struct tcn_matter *matter) {
    return (struct tcn_expected_key){.row = TCN_EXPECTED_ROW_SIGN,
                                     .number = matter->birth_position};
}

/** True in `out_is` when a limit of the matter has passed. */
static enum tcn_status has_late(const struct tcn_fold *fold, const struct tcn_matter *matter,
                                int64_t now_ns, bool *out_is) {
    struct tcn_matter_clock clock;
    uint32_t rule = 0;
    *out_is = false;
    for (uint32_t i = 0; i < TCN_MATTER_CLOCKS_MAX && !*out_is; i++) {
        const enum tcn_status status =
            fold->ops->clock_next(fold->state, matter->birth_position, rule, &clock);
        if (status != TCN_OK || clock.birth_position != matter->birth_position) {
            return status == TCN_ABSENT ? TCN_OK : status;
        }
        *out_is = tcn_sign_is_late(&clock, now_ns);
        if (clock.rule == UINT32_MAX) {
            return TCN_OK;
        }
        rule = clock.rule + 1;
    }
    return TCN_OK;
}

/** Puts the matter's row if it is not there. */
static enum tcn_status enter(const struct tcn_fold *fold, const struct tcn_fold_input *in,
                             const struct tcn_matter *matter) {
    const struct tcn_expected_key key = sign_key(matter);
    struct tcn_expected row;
    bool has = false;
    const enum tcn_status status = look(fold, &key, &row, &has);
    if (status != TCN_OK || has) {
        return status;
    }
    row.since_ns = in->log_time_ns;
    row.position = in->position;
    return fold->ops->expected_put(fold->state, &row);
}

enum tcn_status tcn_fold_sign_late(struct tcn_fold *fold, const struct tcn_fold_input *in,
                                   const struct tcn_matter *matter) {
    const bool is_shown =
        tcn_sign_line(fold->policy, matter) != NULL && matter->mode == in->log_mode;
    bool is_late = false;
    enum tcn_status status = is_shown ? has_late(fold, matter, in->log_time_ns, &is_late) : TCN_OK;
    return status == TCN_OK && is_late ? enter(fold, in, matter) : status;
}

/** Marks a row of what was said: taken back in time, or contradicted. */
static enum tcn_status mark(const struct tcn_fold_step *step, const struct tcn_expected_key *key,
                            int64_t said_ns, bool is_corrected) {
    struct tcn_expected row;
    bool has = false;
    const enum tcn_status status = look(step->fold, key, &row, &has);
    const bool is_same = has && row.since_ns == said_ns;
    if (status != TCN_OK || !has || (is_corrected && !is_same)) {
        return status;
    }
    row.is_corrected = is_corrected || (row.is_corrected && !is_same);
    if (!is_corrected) {
        row.other_position = step->matter.birth_position;
        row.other_ns = step->matter.learned_ns;
        row.is_self = step->matter.office == key->organ;
    }
    return step->fold->ops->expected_put(step->fold->state, &row);
}

/** Compares a matter that became a sign with what its office had said on the day on which it was
 * learned (G3). */
static enum tcn_status contradict(struct tcn_fold_step *step, const struct tcn_line *line) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    const uint16_t office = tcn_sign_office(fold->policy, matter);
    const uint64_t number = tcn_expected_line_number(tcn_slice_text(line->id));
    const int64_t day = tcn_calendar_day(tcn_expected_calendar(fold->policy), matter->learned_ns);
    const struct tcn_expected_key key = {
        .row = TCN_EXPECTED_ROW_DAY, .organ = office, .number = number << 32 | (uint32_t)day};
    const struct tcn_expected_key last = {
        .row = TCN_EXPECTED_ROW_LAST, .organ = office, .number = number};
    struct tcn_expected row;
    bool has = false;
    enum tcn_status status = look(fold, &key, &row, &has);
    const bool is_it = has && row.is_safe && row.said != TCN_SAID_NOT && matter->learned_ns != 0 &&
                       matter->learned_ns <= row.since_ns;
    if (status != TCN_OK || !is_it || office == 0) {
        return status;
    }
    const int64_t recorded_ns =
        step->event->recorded_ns != 0 ? step->event->recorded_ns : step->in->log_time_ns;
    const bool is_corrected = matter->office == office && step->in->organ == office &&
                              tcn_time_minus(recorded_ns, row.since_ns) <= TCN_ZERO_CORRECTION_NS;
    tcn_fold_why(step, is_corrected ? TCN_WHY_ZERO_CORRECTED : TCN_WHY_ZERO_CONTRADICTED, office);
    status = mark(step, &key, row.since_ns, is_corrected);
    if (status == TCN_OK) {
        status = mark(step, &last, row.since_ns, is_corrected);
    }
    if (!is_corrected && tcn_fold_may_tell_desk(step)) {
        step->contradicts = true;
    }
    return status;
}

/** Remembers harm of the line's level (G4). */
static enum tcn_status remember(const struct tcn_fold_step *step, const struct tcn_line *line) {
    const struct tcn_matter *matter = &step->matter;
    const uint16_t office = tcn_sign_office(step->fold->policy, matter);
    const struct tcn_expected row = {
        .key = {.row = TCN_EXPECTED_ROW_BREACH,
                .organ = office,
                .number = tcn_expected_line_number(tcn_slice_text(line->id))},
        .is_self = matter->office == office,
        .since_ns = step->in->log_time_ns,
        .position = matter->birth_position,
        .other_ns = matter->learned_ns,
    };
    return step->fold->ops->expected_put(step->fold->state, &row);
}

/** What the matter said before the event. */
static enum tcn_sign sign_before(const struct tcn_fold_step *step) {
    const struct tcn_line *line =
        step->is_birth ? NULL : tcn_sign_line(step->fold->policy, &step->before);
    return line != NULL ? tcn_sign_of(line, &step->before) : TCN_SIGN_NONE;
}

enum tcn_status tcn_fold_signs(struct tcn_fold_step *step) {
    const struct tcn_fold *fold = step->fold;
    const struct tcn_matter *matter = &step->matter;
    enum tcn_status status = tcn_fold_expected_matter(step);
    if (status != TCN_OK || fold->policy->line_count == 0 || tcn_guard_has(matter) ||
        matter->mode != step->in->log_mode) { /* G1 */
        return status;
    }
    const struct tcn_line *line = tcn_sign_line(fold->policy, matter);
    const enum tcn_sign sign = line != NULL ? tcn_sign_of(line, matter) : TCN_SIGN_NONE;
    const struct tcn_expected_key key = sign_key(matter);
    struct tcn_expected row;
    bool has = false;
    bool is_late = false;
    status = step->is_birth ? TCN_OK : look(fold, &key, &row, &has);
    if (status == TCN_OK && has && line != NULL && sign == TCN_SIGN_NONE) {
        status = has_late(fold, matter, step->in->log_time_ns, &is_late);
    }
    const bool is_sign = sign != TCN_SIGN_NONE || is_late || tcn_sign_is_untaken(matter);
    if (status == TCN_OK && is_sign != has) { /* G2 */
        status =
            is_sign ? enter(fold, step->in, matter) : fold->ops->expected_del(fold->state, &key);
    }
    const enum tcn_sign before = sign_before(step);
    if (status == TCN_OK && sign != TCN_SIGN_NONE && before == TCN_SIGN_NONE) {
        status = contradict(step, line);
    }
    if (status == TCN_OK && sign == TCN_SIGN_BREACH && before != TCN_SIGN_BREACH) {
        status = remember(step, line);
    }
    return status;
}
