/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model/event.h"
#include "model/registry.h"

#include <string.h>

/** Remembers the first fault found: `status` stays TCN_OK until then. */
struct check {
    enum tcn_status status;
    const char *field;
};

/** Notes a fault unless one is noted already. */
static void fail(struct check *check, const char *field, enum tcn_status status) {
    if (check->status == TCN_OK) {
        check->status = status;
        check->field = field;
    }
}

/** Notes BAD_VALUE when the condition is false. */
static void expect(struct check *check, const char *field, bool is_good) {
    if (!is_good) {
        fail(check, field, TCN_BAD_VALUE);
    }
}

/** Text may be empty, is UTF-8 and has at most so many bytes. */
static void check_text(struct check *check, const char *field, struct tcn_slice text,
                       size_t bytes_max) {
    if (text.size > bytes_max) {
        fail(check, field, TCN_TOOBIG);
    } else if (!tcn_text_is_utf8(text)) {
        fail(check, field, TCN_BAD_TEXT);
    }
}

/** A word may be empty, else it is a policy word. */
static void check_word(struct check *check, const char *field, struct tcn_slice word) {
    check_text(check, field, word, TCN_WORD_BYTES_MAX);
    expect(check, field, word.size == 0 || tcn_text_is_word(word));
}

/** A count's kind is known, and what is unknown has no value. */
static void check_count(struct check *check, const char *field, const struct tcn_count *count) {
    uint32_t kind = (uint32_t)count->kind;
    expect(check, field, kind <= TCN_COUNT_EXACT);
    expect(check, field, kind != TCN_COUNT_UNKNOWN || count->value == 0);
}

static void check_counts(struct check *check, const struct tcn_counts *counts) {
    check_count(check, "deaths", &counts->deaths);
    check_count(check, "serious_injuries", &counts->serious_injuries);
    check_count(check, "missing", &counts->missing);
    check_count(check, "affected", &counts->affected);
    check_count(check, "at_risk", &counts->at_risk);
    check_count(check, "loss_fen", &counts->loss_fen);
}

static void check_attribute(struct check *check, const struct tcn_attribute *attribute) {
    uint32_t kind = (uint32_t)attribute->kind;
    check_word(check, "attributes.name", attribute->name);
    expect(check, "attributes.name", attribute->name.size > 0);
    expect(check, "attributes.kind", kind >= TCN_ATTRIBUTE_NUMBER && kind <= TCN_ATTRIBUTE_FLAG);
    check_text(check, "attributes.text", attribute->text, TCN_ATTRIBUTE_BYTES_MAX);
    expect(check, "attributes.text", kind == TCN_ATTRIBUTE_TEXT || attribute->text.size == 0);
    expect(check, "attributes.number", kind != TCN_ATTRIBUTE_TEXT || attribute->number == 0);
    expect(check, "attributes.number",
           kind != TCN_ATTRIBUTE_FLAG || attribute->number == 0 || attribute->number == 1);
}

static void check_attributes(struct check *check, const struct tcn_event *event) {
    if (event->attribute_count > TCN_ATTRIBUTES_MAX) {
        fail(check, "attributes", TCN_TOOBIG);
        return;
    }
    TCN_CHECK(event->attributes != NULL || event->attribute_count == 0);
    for (uint32_t i = 0; i < event->attribute_count; i++) {
        check_attribute(check, &event->attributes[i]);
    }
}

/** A guarded event's envelope tells only who may have it, neither what nor where (promise 11). */
static void check_guard(struct check *check, const struct tcn_event *event) {
    if (event->guard_organ_count > TCN_GUARD_ORGANS_MAX) {
        fail(check, "guard_organs", TCN_TOOBIG);
        return;
    }
    for (uint32_t i = 0; i < event->guard_organ_count; i++) {
        expect(check, "guard_organs", event->guard_organs[i] != 0);
    }
    bool accuses = event->act == TCN_ACT_REPORTED && event->concerns == TCN_CONCERNS_UNIT;
    expect(check, "guard_organs", !accuses || event->guard_organ_count > 0);
    if (event->guard_organ_count > 0) {
        expect(check, "domain", event->domain.size == 0);
        expect(check, "division", event->division.size == 0);
    }
}

/** True for what the collector notices about something: it must say about what. */
static bool is_observation(enum tcn_act act) {
    return act == TCN_ACT_UNREACHABLE || act == TCN_ACT_HEARD || act == TCN_ACT_NO_WATCHER ||
           act == TCN_ACT_EPOCH_WAITS || act == TCN_ACT_CHUNK_FENCED ||
           act == TCN_ACT_SHARE_ERASED || act == TCN_ACT_NOT_FETCHED;
}

/** True when an event of this act may carry a body of this kind. */
static bool body_fits(enum tcn_act act, enum tcn_body_kind kind) {
    if (act == TCN_ACT_VOID) {
        return kind == TCN_BODY_VOID;
    }
    if (act == TCN_ACT_DELIVERED) {
        return kind == TCN_BODY_DELIVERED;
    }
    if (act == TCN_ACT_EPOCH_OPENED) {
        return kind == TCN_BODY_EPOCH;
    }
    if (act == TCN_ACT_REGISTRY_CHANGED) {
        return kind == TCN_BODY_REGISTRY;
    }
    if (is_observation(act)) {
        return kind == TCN_BODY_OBSERVED;
    }
    if (act == TCN_ACT_EPOCH_ALLOWED || act == TCN_ACT_TIME_CONFIRMED) {
        return kind == TCN_BODY_ACT;
    }
    if (act == TCN_ACT_REPORTED) {
        return kind == TCN_BODY_NONE || kind == TCN_BODY_REPORT;
    }
    if (act == TCN_ACT_ORAL_ZERO) {
        return kind == TCN_BODY_ZERO;
    }
    if (act == TCN_ACT_ZERO_REPORT && kind == TCN_BODY_ZERO) {
        return true;
    }
    return kind == TCN_BODY_NONE || kind == TCN_BODY_ACT;
}

static void check_report(struct check *check, const struct tcn_report_body *body) {
    check_text(check, "report.category", body->category, TCN_WORD_BYTES_MAX);
    check_word(check, "report.channel", body->channel);
}

static void check_act(struct check *check, const struct tcn_event *event) {
    const struct tcn_act_body *body = &event->act_body;
    bool is_allowing = event->act == TCN_ACT_EPOCH_ALLOWED;
    expect(check, "act.source", is_allowing == (body->source != 0));
    expect(check, "act.epoch", is_allowing == (body->epoch != 0));
    expect(check, "act.position", event->act != TCN_ACT_TIME_CONFIRMED || body->position != 0);
    check_word(check, "act.to_organ", body->to_organ);
    check_word(check, "act.reason", body->reason);
    check_text(check, "act.how", body->how, TCN_NOTE_BYTES_MAX);
    check_text(check, "act.post", body->post, TCN_NOTE_BYTES_MAX);
}

static void check_delivered(struct check *check, const struct tcn_delivered_body *body) {
    uint32_t mode = (uint32_t)body->stream.mode;
    check_word(check, "delivered.name", body->name);
    expect(check, "delivered.name", body->name.size > 0);
    expect(check, "delivered.stream", mode >= TCN_MODE_ACTUAL && mode <= TCN_MODE_EXERCISE);
    expect(check, "delivered.stream", body->stream.organ != 0);
}

static void check_epoch(struct check *check, const struct tcn_epoch_body *body) {
    uint32_t lane = (uint32_t)body->lane.lane;
    expect(check, "epoch.lane", lane >= TCN_LANE_URGENT && lane <= TCN_LANE_ROUTINE);
    expect(check, "epoch.epoch", body->lane.epoch != 0);
}

/** Texts only: what a change may do is core/roll's word. */
static void check_registry(struct check *check, const struct tcn_registry_change *change) {
    uint32_t kind = (uint32_t)change->kind;
    TCN_CHECK(memchr(change->row.name, 0, sizeof(change->row.name)) != NULL);
    expect(check, "registry.kind", kind >= TCN_CHANGE_INVITED && kind <= TCN_CHANGE_COLLECTOR_KEY);
    check_text(check, "registry.row.name", tcn_slice_text(change->row.name), TCN_WORD_BYTES_MAX);
    check_word(check, "registry.reason", change->reason);
}

static void check_observed(struct check *check, const struct tcn_event *event) {
    const struct tcn_observed_body *body = &event->observed;
    bool is_share = event->act == TCN_ACT_SHARE_ERASED;
    bool is_epoch =
        is_share || event->act == TCN_ACT_EPOCH_WAITS || event->act == TCN_ACT_CHUNK_FENCED;
    uint32_t lane = (uint32_t)body->lane.lane;
    expect(check, "observed.source", !is_epoch || body->lane.source != 0);
    expect(check, "observed.epoch", is_epoch == (body->lane.epoch != 0));
    expect(check, "observed.lane", lane <= TCN_LANE_ROUTINE && is_epoch == (lane != 0));
    bool is_of_stream = event->act == TCN_ACT_NO_WATCHER || event->act == TCN_ACT_NOT_FETCHED;
    expect(check, "observed.organ", is_of_stream == (body->organ != 0));
    bool is_hashed = is_share || event->act == TCN_ACT_CHUNK_FENCED;
    expect(check, "observed.number", !is_share || body->number != 0);
    expect(check, "observed.hash", !is_hashed || !tcn_hash_is_none(&body->hash));
}

/** Each line is spoken of once. */
static void check_ticks(struct check *check, const struct tcn_zero_body *body) {
    for (uint32_t i = 0; i < body->tick_count; i++) {
        const struct tcn_slice line = body->ticks[i].line;
        check_word(check, "zero.lines", line);
        expect(check, "zero.lines", line.size > 0);
        for (uint32_t k = 0; k < i; k++) {
            expect(check, "zero.lines", !tcn_slice_equals(line, body->ticks[k].line));
        }
    }
}

/** Whoever signs says who looked and where: a report that anybody could send by a timer says
 * nothing. By telephone the places may stay open, and the desk says whose word it is. */
static void check_zero(struct check *check, const struct tcn_event *event) {
    const struct tcn_zero_body *body = &event->zero;
    const bool is_oral = event->act == TCN_ACT_ORAL_ZERO;
    if (body->tick_count > TCN_ZERO_TICKS_MAX || body->place_count > TCN_ZERO_PLACES_MAX) {
        fail(check, body->tick_count > TCN_ZERO_TICKS_MAX ? "zero.lines" : "zero.places",
             TCN_TOOBIG);
        return;
    }
    TCN_CHECK(body->ticks != NULL || body->tick_count == 0);
    TCN_CHECK(body->places != NULL || body->place_count == 0);
    expect(check, "zero.lines", body->tick_count > 0);
    expect(check, "zero.matter", tcn_id_is_none(&event->matter));
    check_ticks(check, body);
    check_word(check, "zero.post", body->post);
    expect(check, "zero.post", body->post.size > 0);
    expect(check, "zero.places", is_oral || body->place_count > 0);
    for (uint32_t i = 0; i < body->place_count; i++) {
        check_text(check, "zero.places", body->places[i], TCN_PLACE_BYTES_MAX);
        expect(check, "zero.places", body->places[i].size > 0);
    }
    check_word(check, "zero.of_office", body->of_office);
    expect(check, "zero.of_office", is_oral == (body->of_office.size > 0));
}

static void check_body(struct check *check, const struct tcn_event *event) {
    expect(check, "body", body_fits(event->act, event->body_kind));
    switch (event->body_kind) {
    case TCN_BODY_REPORT:
        check_report(check, &event->report);
        break;
    case TCN_BODY_ACT:
        check_act(check, event);
        break;
    case TCN_BODY_VOID:
        expect(check, "void.count", event->void_body.count > 0);
        break;
    case TCN_BODY_DELIVERED:
        check_delivered(check, &event->delivered);
        break;
    case TCN_BODY_EPOCH:
        check_epoch(check, &event->epoch);
        break;
    case TCN_BODY_REGISTRY:
        check_registry(check, event->registry);
        break;
    case TCN_BODY_OBSERVED:
        check_observed(check, event);
        break;
    case TCN_BODY_ZERO:
        check_zero(check, event);
        break;
    case TCN_BODY_NONE:
        break;
    }
}

static void check_envelope(struct check *check, const struct tcn_event *event) {
    uint32_t mode = (uint32_t)event->mode;
    bool is_report = event->act == TCN_ACT_REPORTED;
    expect(check, "act", tcn_act_is_known((uint32_t)event->act));
    expect(check, "mode", mode >= TCN_MODE_ACTUAL && mode <= TCN_MODE_EXERCISE);
    expect(check, "matter", !is_report || !tcn_id_is_none(&event->matter));
    check_word(check, "domain", event->domain);
    if (event->division.size != 0 && !tcn_division_is_valid(event->division)) {
        fail(check, "division", TCN_BAD_DIVISION);
    }
    check_word(check, "office", event->office);
    expect(check, "severity", (uint32_t)event->severity <= TCN_SEVERITY_DANGER);
    expect(check, "concerns", (uint32_t)event->concerns <= TCN_CONCERNS_UNKNOWN);
    expect(check, "concerns", !is_report || event->concerns != TCN_CONCERNS_UNSTATED);
    check_text(check, "trace_parent", event->trace_parent, TCN_WORD_BYTES_MAX);
}

enum tcn_status tcn_event_check(const struct tcn_event *event, const char **out_field) {
    struct check check = {.status = TCN_OK, .field = ""};
    if (event->format > TCN_EVENT_FORMAT) {
        fail(&check, "format", TCN_UPGRADE);
    }
    expect(&check, "format", event->format != 0);
    check_envelope(&check, event);
    check_counts(&check, &event->counts);
    check_attributes(&check, event);
    check_guard(&check, event);
    check_body(&check, event);
    if (check.status != TCN_OK) {
        *out_field = check.field;
    }
    return check.status;
}
