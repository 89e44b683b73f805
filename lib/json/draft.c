/* SPDX-License-Identifier: Apache-2.0 */
#include "json/draft.h"

#include "base/text.h"
#include "json/change.h"
#include "json/draft_read.h"
#include "json/zero.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** A draft while it is read: objects within are kept aside and read after the whole. */
struct scratch {
    struct tcn_draft draft;
    json_t *counts;
    json_t *attributes;
    json_t *texts;
    json_t *accused_organs;
    json_t *registry;
    json_t *lines;
    json_t *places;
    json_t *list;
};

#define AT(member) offsetof(struct scratch, member)
#define EVENT(member) offsetof(struct scratch, draft.event.member)
#define ACT(member) offsetof(struct scratch, draft.event.act_body.member)

/* Rows that reports and acts share. */
#define COMMON_FIELDS                                                                              \
    {"domain", TCN_JSON_WORD, EVENT(domain), 0, NULL},                                             \
        {"division", TCN_JSON_DIVISION, EVENT(division), 0, NULL},                                 \
        {"office", TCN_JSON_WORD, EVENT(office), 0, NULL},                                         \
        {"occurred", TCN_JSON_TIME, EVENT(occurred_ns), 0, NULL},                                  \
        {"learned", TCN_JSON_TIME, EVENT(learned_ns), 0, NULL},                                    \
        {"recorded", TCN_JSON_TIME, EVENT(recorded_ns), 0, NULL},                                  \
        {"severity", TCN_JSON_CHOICE, EVENT(severity), 0, tcn_json_severities},                    \
        {"concerns", TCN_JSON_CHOICE, EVENT(concerns), 0, tcn_json_concerns},                      \
        {"mode", TCN_JSON_CHOICE, EVENT(mode), 0, tcn_json_modes},                                 \
        {"counts", TCN_JSON_OBJECT, AT(counts), 0, NULL},                                          \
        {"attributes", TCN_JSON_OBJECT, AT(attributes), 0, NULL},                                  \
        {"texts", TCN_JSON_OBJECT, AT(texts), 0, NULL},                                            \
        {"matter", TCN_JSON_ID, EVENT(matter), 0, NULL},                                           \
        {"trace_parent", TCN_JSON_TEXT, EVENT(trace_parent), TCN_WORD_BYTES_MAX, NULL}, {          \
        "key", TCN_JSON_TEXT, AT(draft.retry_key), TCN_RETRY_KEY_BYTES_MAX, NULL                   \
    }

static const struct tcn_json_field report_fields[] = {
    COMMON_FIELDS,
    {"category", TCN_JSON_TEXT, EVENT(report.category), TCN_WORD_BYTES_MAX, NULL},
    {"channel", TCN_JSON_WORD, EVENT(report.channel), 0, NULL},
    {"accused_organs", TCN_JSON_ARRAY, AT(accused_organs), TCN_ACCUSED_ORGANS_MAX, NULL},
};

static const struct tcn_json_field act_fields[] = {
    COMMON_FIELDS,
    {"act", TCN_JSON_CHOICE, EVENT(act), 0, tcn_json_acts},
    {"to", TCN_JSON_WORD, ACT(to_organ), 0, NULL},
    {"list", TCN_JSON_ARRAY, AT(list), TCN_GUARD_ORGANS_MAX, NULL},
    {"reason", TCN_JSON_WORD, ACT(reason), 0, NULL},
    {"how", TCN_JSON_TEXT, ACT(how), TCN_NOTE_BYTES_MAX, NULL},
    {"post", TCN_JSON_TEXT, ACT(post), TCN_NOTE_BYTES_MAX, NULL},
    {"until", TCN_JSON_TIME, ACT(until_ns), 0, NULL},
    {"position", TCN_JSON_U64, ACT(position), INT64_MAX, NULL},
    {"act_hash", TCN_JSON_HASH, ACT(act_hash), 0, NULL},
    {"linked", TCN_JSON_ID, ACT(linked), 0, NULL},
    {"source", TCN_JSON_U32, ACT(source), UINT32_MAX, NULL},
    {"epoch", TCN_JSON_HEX64, ACT(epoch), 0, NULL},
};

/* A zero report is an act of no matter, and all that it says is open. */
static const struct tcn_json_field zero_fields[] = {
    {"act", TCN_JSON_CHOICE, EVENT(act), 0, tcn_json_acts},
    {"mode", TCN_JSON_CHOICE, EVENT(mode), 0, tcn_json_modes},
    {"office", TCN_JSON_WORD, EVENT(office), 0, NULL},
    {"learned", TCN_JSON_TIME, EVENT(learned_ns), 0, NULL},
    {"recorded", TCN_JSON_TIME, EVENT(recorded_ns), 0, NULL},
    {"lines", TCN_JSON_OBJECT, AT(lines), 0, NULL},
    {"places", TCN_JSON_ARRAY, AT(places), TCN_ZERO_PLACES_MAX, NULL},
    {"post", TCN_JSON_WORD, EVENT(zero.post), 0, NULL},
    {"of_office", TCN_JSON_WORD, EVENT(zero.of_office), 0, NULL},
    {"trace_parent", TCN_JSON_TEXT, EVENT(trace_parent), TCN_WORD_BYTES_MAX, NULL},
    {"key", TCN_JSON_TEXT, AT(draft.retry_key), TCN_RETRY_KEY_BYTES_MAX, NULL},
};

/* A change of the registry is an act of no matter and has no text. */
static const struct tcn_json_field change_fields[] = {
    {"act", TCN_JSON_CHOICE, EVENT(act), 0, tcn_json_acts},
    {"registry", TCN_JSON_OBJECT, AT(registry), 0, NULL},
    {"trace_parent", TCN_JSON_TEXT, EVENT(trace_parent), TCN_WORD_BYTES_MAX, NULL},
    {"key", TCN_JSON_TEXT, AT(draft.retry_key), TCN_RETRY_KEY_BYTES_MAX, NULL},
};

static const struct tcn_json_field count_fields[] = {
    {"deaths", TCN_JSON_OBJECT, 0 * sizeof(json_t *), 0, NULL},
    {"serious_injuries", TCN_JSON_OBJECT, 1 * sizeof(json_t *), 0, NULL},
    {"missing", TCN_JSON_OBJECT, 2 * sizeof(json_t *), 0, NULL},
    {"affected", TCN_JSON_OBJECT, 3 * sizeof(json_t *), 0, NULL},
    {"at_risk", TCN_JSON_OBJECT, 4 * sizeof(json_t *), 0, NULL},
    {"loss_fen", TCN_JSON_OBJECT, 5 * sizeof(json_t *), 0, NULL},
};

static const struct tcn_json_field text_fields[] = {
    {"contact", TCN_JSON_TEXT, 0 * sizeof(struct tcn_slice), TCN_TEXT_BYTES_MAX, NULL},
    {"narrative", TCN_JSON_TEXT, 1 * sizeof(struct tcn_slice), TCN_TEXT_BYTES_MAX, NULL},
    {"accused", TCN_JSON_TEXT, 2 * sizeof(struct tcn_slice), TCN_TEXT_BYTES_MAX, NULL},
    {"informant", TCN_JSON_TEXT, 3 * sizeof(struct tcn_slice), TCN_TEXT_BYTES_MAX, NULL},
};

_Static_assert(COUNT_OF(text_fields) == TCN_COMPARTMENTS_MAX, "a text for each compartment");
_Static_assert(TCN_COMPARTMENT_CONTACT == 1 && TCN_COMPARTMENT_INFORMANT == 4,
               "row n is compartment n + 1");

/** Reads one count: {"exact": 3}, {"at_least": 3} or {"estimate": 3}. */
static enum tcn_status read_count(struct tcn_json_reader *reader, const char *name, json_t *object,
                                  struct tcn_count *out_count) {
    void *iterator = json_object_iter(object);
    const char *key = iterator != NULL ? json_object_iter_key(iterator) : "";
    for (size_t i = 0; tcn_json_counts[i].word != NULL && json_object_size(object) == 1; i++) {
        if (strcmp(key, tcn_json_counts[i].word) != 0) {
            continue;
        }
        const struct tcn_json_field field = {name, TCN_JSON_U64, 0, INT64_MAX, NULL};
        struct tcn_count count = {.kind = (enum tcn_count_kind)tcn_json_counts[i].number};
        enum tcn_status status =
            tcn_json_read_value(reader, &field, json_object_iter_value(iterator), &count.value);
        if (status == TCN_OK) {
            *out_count = count;
        }
        return status;
    }
    return tcn_json_fault(reader, TCN_BAD_VALUE, name,
                          "an object with one of \"exact\", \"at_least\", \"estimate\"");
}

/** Reads "counts". */
static enum tcn_status read_counts(const struct tcn_json_reader *parent, json_t *object,
                                   struct tcn_counts *counts) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "counts");
    json_t *objects[COUNT_OF(count_fields)] = {NULL};
    uint64_t seen = 0;
    enum tcn_status status =
        tcn_json_read_object(&reader, object, count_fields, COUNT_OF(count_fields), objects, &seen);
    struct tcn_count *const places[COUNT_OF(count_fields)] = {
        &counts->deaths,   &counts->serious_injuries, &counts->missing,
        &counts->affected, &counts->at_risk,          &counts->loss_fen};
    for (size_t i = 0; i < COUNT_OF(places) && status == TCN_OK; i++) {
        if (objects[i] != NULL) {
            status = read_count(&reader, count_fields[i].name, objects[i], places[i]);
        }
    }
    return status;
}

/** Reads one attribute; its type is that of its value. */
static enum tcn_status read_attribute(struct tcn_json_reader *reader, const char *key,
                                      json_t *value, struct tcn_attribute *out_attribute) {
    if (!tcn_text_is_word(tcn_slice_text(key))) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, NULL, "keys that the policy declares");
    }
    struct tcn_attribute made = {0};
    enum tcn_status status = TCN_OK;
    if (json_is_integer(value)) {
        made.kind = TCN_ATTRIBUTE_NUMBER;
        made.number = json_integer_value(value);
    } else if (json_is_boolean(value)) {
        made.kind = TCN_ATTRIBUTE_FLAG;
        made.number = json_is_true(value) ? 1 : 0;
    } else if (json_is_string(value)) {
        const struct tcn_json_field field = {key, TCN_JSON_TEXT, 0, TCN_ATTRIBUTE_BYTES_MAX, NULL};
        made.kind = TCN_ATTRIBUTE_TEXT;
        status = tcn_json_read_value(reader, &field, value, &made.text);
    } else {
        status =
            tcn_json_fault(reader, TCN_BAD_VALUE, key, "a whole number, a text, true or false");
    }
    if (status != TCN_OK) {
        return status;
    }
    made.name.data = tcn_arena_copy(reader->arena, key, strlen(key));
    if (made.name.data == NULL) {
        return tcn_json_fault(reader, TCN_NOMEM, key, "less, or more memory");
    }
    made.name.size = strlen(key);
    *out_attribute = made;
    return TCN_OK;
}

/** Reads "attributes". */
static enum tcn_status read_attributes(const struct tcn_json_reader *parent, json_t *object,
                                       struct tcn_event *event) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "attributes");
    size_t count = json_object_size(object);
    if (count > TCN_ATTRIBUTES_MAX) {
        return tcn_json_fault(&reader, TCN_TOOBIG, NULL, "at most 32 keys");
    }
    struct tcn_attribute *attributes =
        tcn_arena_alloc(reader.arena, count * sizeof(struct tcn_attribute));
    if (attributes == NULL) {
        return tcn_json_fault(&reader, TCN_NOMEM, NULL, "less, or more memory");
    }
    const char *key = NULL;
    json_t *value = NULL;
    uint32_t i = 0;
    json_object_foreach(object, key, value) {
        enum tcn_status status = read_attribute(&reader, key, value, &attributes[i++]);
        if (status != TCN_OK) {
            return status;
        }
    }
    event->attributes = attributes;
    event->attribute_count = i;
    return TCN_OK;
}

/** Reads "accused_organs": words, one at least. Which of them the policy has, the agent knows. */
static enum tcn_status read_accused(const struct tcn_json_reader *parent, json_t *array,
                                    struct tcn_draft *draft) {
    static const struct tcn_json_field field = {"accused_organs", TCN_JSON_WORD, 0, 0, NULL};
    struct tcn_json_reader reader = *parent;
    const size_t count = json_array_size(array);
    enum tcn_status status = count > 0 ? TCN_OK
                                       : tcn_json_fault(&reader, TCN_BAD_VALUE, field.name,
                                                        "1 to 8 ids of organs, or no such key");
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = tcn_json_read_value(&reader, &field, json_array_get(array, i),
                                     &draft->accused_organs[i]);
    }
    draft->accused_count = (uint32_t)count;
    return status;
}

/** Reads "texts". An empty text is none. */
static enum tcn_status read_texts(const struct tcn_json_reader *parent, json_t *object,
                                  struct tcn_draft *draft) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "texts");
    struct tcn_slice texts[COUNT_OF(text_fields)] = {{0}};
    uint64_t seen = 0;
    enum tcn_status status =
        tcn_json_read_object(&reader, object, text_fields, COUNT_OF(text_fields), texts, &seen);
    for (uint32_t i = 0; i < COUNT_OF(texts) && status == TCN_OK; i++) {
        if (texts[i].size > 0) {
            draft->plains[draft->plain_count++] =
                (struct tcn_plain){.kind = (enum tcn_compartment_kind)(i + 1), .text = texts[i]};
        }
    }
    return status;
}

/** Reads "list": ids of organs. */
static enum tcn_status read_list(struct tcn_json_reader *reader, json_t *array,
                                 struct tcn_draft_list *list) {
    static const struct tcn_json_field field = {"list", TCN_JSON_WORD, 0, 0, NULL};
    const size_t count = json_array_size(array);
    enum tcn_status status = TCN_OK;
    if (count > TCN_GUARD_ORGANS_MAX) {
        return tcn_json_fault(reader, TCN_TOOBIG, "list", "at most 8 organs");
    }
    list->is_known = true;
    list->count = (uint32_t)count;
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        status = tcn_json_read_value(reader, &field, json_array_get(array, i), &list->organs[i]);
    }
    return status;
}

/** Reads what was kept aside. */
static enum tcn_status read_inner(const struct tcn_json_reader *reader, struct scratch *scratch) {
    enum tcn_status status = TCN_OK;
    if (scratch->counts != NULL) {
        status = read_counts(reader, scratch->counts, &scratch->draft.event.counts);
    }
    if (status == TCN_OK && scratch->attributes != NULL) {
        status = read_attributes(reader, scratch->attributes, &scratch->draft.event);
    }
    if (status == TCN_OK && scratch->texts != NULL) {
        status = read_texts(reader, scratch->texts, &scratch->draft);
    }
    if (status == TCN_OK && scratch->accused_organs != NULL) {
        status = read_accused(reader, scratch->accused_organs, &scratch->draft);
    }
    return status;
}

/** A report: what a first one must say, and what a follow-up may not. A domain makes it a first
 * one; its matter is then an id that the entering program minted, so that it can name the matter in
 * later acts. */
static enum tcn_status finish_report(struct tcn_json_reader *reader, struct tcn_draft *draft) {
    struct tcn_event *event = &draft->event;
    bool is_first = tcn_id_is_none(&event->matter) || event->domain.size > 0;
    if (event->concerns == TCN_CONCERNS_UNSTATED) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "concerns",
                              "whom it concerns: \"nobody\", \"unit\" or \"unknown\"");
    }
    if (draft->accused_count > 0 && event->concerns != TCN_CONCERNS_UNIT) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "accused_organs",
                              "no such key but with \"concerns\": \"unit\"");
    }
    if (is_first && event->domain.size == 0) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "domain", "a domain of the policy");
    }
    if (is_first && event->division.size == 0) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "division", "a text of 12 digits");
    }
    if (!is_first && event->report.category.size > 0) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "category",
                              "no category in a follow-up: the first report has it");
    }
    if (!is_first && event->report.channel.size > 0) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "channel",
                              "no channel in a follow-up: the first report has it");
    }
    event->act = is_first ? TCN_ACT_REPORTED : TCN_ACT_FOLLOWED_UP;
    event->body_kind = is_first ? TCN_BODY_REPORT : TCN_BODY_ACT;
    return TCN_OK;
}

/** A change of the registry: its kind and what that needs. */
static enum tcn_status finish_change(struct tcn_json_reader *reader, json_t *registry,
                                     struct tcn_event *event) {
    if (registry == NULL) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "registry", "an object: what changes");
    }
    event->body_kind = TCN_BODY_REGISTRY;
    return tcn_json_read_change(reader, registry, &event->registry);
}

/** An act: one that a person may enter. That an agent was stopped, it says by itself. */
static enum tcn_status finish_act(struct tcn_json_reader *reader, struct tcn_event *event) {
    const bool is_entered = tcn_act_is_human(event->act) || event->act == TCN_ACT_SIGNED_OFF;
    if (event->act == TCN_ACT_REPORTED || !is_entered) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "act",
                              "an act of a person; a report has no \"act\"");
    }
    event->body_kind = TCN_BODY_ACT;
    return TCN_OK;
}

/** What stands behind the key "act". */
enum tree {
    A_REPORT,
    AN_ACT,
    A_CHANGE,
    A_ZERO
};

static bool is_word_of(const char *word, enum tcn_act act) {
    return word != NULL && strcmp(word, tcn_act_name(act)) == 0;
}

static enum tree tree_of(json_t *object) {
    const json_t *act = json_object_get(object, "act");
    const char *word = json_string_value(act);
    if (act == NULL) {
        return A_REPORT;
    }
    if (is_word_of(word, TCN_ACT_REGISTRY_CHANGED)) {
        return A_CHANGE;
    }
    const bool has_lines = json_object_get(object, "lines") != NULL;
    const bool is_zero =
        is_word_of(word, TCN_ACT_ORAL_ZERO) || (is_word_of(word, TCN_ACT_ZERO_REPORT) && has_lines);
    return is_zero ? A_ZERO : AN_ACT;
}

static enum tcn_status finish(struct tcn_json_reader *reader, enum tree tree,
                              struct scratch *scratch) {
    struct tcn_event *event = &scratch->draft.event;
    switch (tree) {
    case A_CHANGE:
        return finish_change(reader, scratch->registry, event);
    case AN_ACT:
        return finish_act(reader, event);
    case A_ZERO:
        event->body_kind = TCN_BODY_ZERO;
        return tcn_json_read_zero(reader, scratch->lines, scratch->places, &event->zero);
    case A_REPORT:
        break;
    }
    return finish_report(reader, &scratch->draft);
}

enum tcn_status tcn_json_read_draft(struct tcn_json_reader *reader, json_t *object,
                                    struct tcn_draft *out_draft) {
    static const struct {
        const struct tcn_json_field *fields;
        size_t count;
    } tables[] = {[A_REPORT] = {report_fields, COUNT_OF(report_fields)},
                  [AN_ACT] = {act_fields, COUNT_OF(act_fields)},
                  [A_CHANGE] = {change_fields, COUNT_OF(change_fields)},
                  [A_ZERO] = {zero_fields, COUNT_OF(zero_fields)}};
    struct scratch scratch = {.draft = {.event = {.format = TCN_EVENT_FORMAT}}};
    const enum tree tree = tree_of(object);
    uint64_t seen = 0;
    enum tcn_status status = tcn_json_read_object(reader, object, tables[tree].fields,
                                                  tables[tree].count, &scratch, &seen);
    if (status == TCN_OK) {
        status = read_inner(reader, &scratch);
    }
    if (status == TCN_OK && scratch.list != NULL) {
        status = read_list(reader, scratch.list, &scratch.draft.list);
    }
    if (status == TCN_OK) {
        status = finish(reader, tree, &scratch);
    }
    if (status == TCN_OK) {
        scratch.draft.is_act = tree != A_REPORT;
        *out_draft = scratch.draft;
    }
    return status;
}

enum tcn_status tcn_json_decode_draft(struct tcn_slice line, struct tcn_arena *arena,
                                      struct tcn_json_error *out_error,
                                      struct tcn_draft *out_draft) {
    json_t *root = NULL;
    enum tcn_status status = tcn_json_load(line, out_error, &root);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_json_reader reader = {.arena = arena, .error = out_error};
    status = tcn_json_read_draft(&reader, root, out_draft);
    json_decref(root);
    return status;
}
