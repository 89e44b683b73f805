/* SPDX-License-Identifier: Apache-2.0 */
#include "query/board_warning.h"

#include "base/clock.h"
#include "base/text.h"
#include "query/walk.h"

#include <string.h>

#define HOUR_NS INT64_C(3600000000000)
#define VALID_HOURS_MAX (INT64_C(24) * 366)

/* What one event says of it. */
struct word {
    struct tcn_event event;
    int64_t log_time_ns;
    bool is_it; /* it had its effect, and who says it may say it */
};

/* A correction is the lead's to make, and of reports the one that it began with counts, or the
 * lead's: who proposed a warning, or reports it once more, does not colour it afterwards. */
static bool may_say(const struct tcn_policy *policy, const struct tcn_matter *matter,
                    const struct word *word) {
    const struct tcn_event *event = &word->event;
    const struct tcn_organ *speaker = tcn_policy_organ_by_id(policy, event->office);
    const bool is_lead = speaker != NULL && speaker->number == matter->holder;
    const bool is_first = event->act == TCN_ACT_REPORTED && word->log_time_ns == matter->opened_ns;
    return is_first || event->act == TCN_ACT_ISSUED || event->act == TCN_ACT_GRADED ||
           event->act == TCN_ACT_EXTENDED ||
           (is_lead && (event->act == TCN_ACT_CORRECTED || event->act == TCN_ACT_REPORTED));
}

static enum tcn_status read_word(const struct tcn_board_making *making,
                                 const struct tcn_matter *matter, uint64_t position,
                                 struct tcn_arena *scratch, struct word *out_word) {
    struct tcn_record record = {0};
    struct tcn_logged logged = {0};
    struct tcn_outcome outcome = {0};
    out_word->is_it = false;
    enum tcn_status status = tcn_state_outcome(making->view->state_reader, position, &outcome);
    if ((status != TCN_OK && status != TCN_ABSENT) || outcome.code != TCN_OK) {
        return status == TCN_ABSENT ? TCN_OK : status;
    }
    status = tcn_log_read(making->view->log_reader, position, &record);
    if (status == TCN_OK) {
        status = tcn_walk_find(&record, position, &logged);
    }
    if (status == TCN_OK) {
        tcn_arena_reset(scratch);
        status = tcn_walk_decode(&record, &logged, scratch, &out_word->event);
    }
    if (status != TCN_OK) {
        return status == TCN_ABSENT ? TCN_CORRUPT : status;
    }
    out_word->log_time_ns = record.log_time_ns;
    out_word->is_it = may_say(making->policy, matter, out_word);
    return TCN_OK;
}

/* Takes a text, unless a later event has said it. */
static void take_text(const struct tcn_event *event, const char *name,
                      char out_text[TCN_WORD_BYTES_MAX + 1]) {
    const struct tcn_attribute *attribute = tcn_event_attribute(event, name);
    if (out_text[0] != '\0' || attribute == NULL || attribute->kind != TCN_ATTRIBUTE_TEXT) {
        return;
    }
    const struct tcn_slice front = tcn_text_front(attribute->text, TCN_WORD_BYTES_MAX);
    if (front.size > 0) {
        memcpy(out_text, front.data, front.size);
    }
}

/* When the event says that it was so. */
static int64_t from_of(const struct word *word) {
    const struct tcn_event *event = &word->event;
    return event->occurred_ns != 0  ? event->occurred_ns
           : event->learned_ns != 0 ? event->learned_ns
                                    : word->log_time_ns;
}

/* Until when it is, by this event; 0 when it does not say. */
static int64_t until_of(const struct word *word) {
    const struct tcn_event *event = &word->event;
    const struct tcn_attribute *hours = tcn_event_attribute(event, "valid_hours");
    if (event->body_kind == TCN_BODY_ACT && event->act_body.until_ns != 0) {
        return event->act_body.until_ns;
    }
    const bool is_said = hours != NULL && hours->kind == TCN_ATTRIBUTE_NUMBER &&
                         hours->number > 0 && hours->number <= VALID_HOURS_MAX;
    return is_said ? tcn_time_plus(from_of(word), hours->number * HOUR_NS) : 0;
}

/* Takes what the event says and no later one has said. */
static void take_word(const struct word *word, const struct tcn_matter *matter,
                      struct tcn_board_row *row) {
    const struct tcn_event *event = &word->event;
    const bool begins = event->act == TCN_ACT_ISSUED || event->act == TCN_ACT_REPORTED;
    take_text(event, "warning_category", row->category);
    take_text(event, event->act == TCN_ACT_REPORTED ? "warning_colour" : "grade", row->colour);
    take_text(event, event->act == TCN_ACT_REPORTED ? "grade" : "warning_colour", row->colour);
    take_text(event, "area", row->area);
    take_text(event, "issuer", row->issuer);
    row->until_ns = row->until_ns != 0 ? row->until_ns : until_of(word);
    if (begins && matter->stage == TCN_STAGE_IN_FORCE && row->said_ns == 0) {
        row->said_ns = from_of(word);
    }
}

enum tcn_status tcn_board_warning_read(struct tcn_board_making *making,
                                       const struct tcn_matter *matter, struct tcn_arena *scratch,
                                       struct tcn_board_row *row) {
    uint64_t position = matter->last_position;
    for (uint32_t i = 0; i < TCN_BOARD_WARNING_EVENTS_MAX && position != 0 &&
                         making->warning_reads < TCN_BOARD_WARNING_READS_MAX;
         i++, making->warning_reads++) {
        struct tcn_thread thread = {0};
        struct word word;
        enum tcn_status status = tcn_state_thread(making->view->state_reader, position, &thread);
        if (status == TCN_OK) {
            status = read_word(making, matter, position, scratch, &word);
        }
        if (status != TCN_OK || thread.previous_position >= position) {
            return status == TCN_OK || status == TCN_ABSENT ? TCN_CORRUPT : status;
        }
        if (word.is_it) {
            take_word(&word, matter, row);
        }
        position = thread.previous_position;
    }
    making->has_more = making->has_more || position != 0;
    return TCN_OK;
}
