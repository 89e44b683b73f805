/* SPDX-License-Identifier: Apache-2.0 */
#include "client/rewrap.h"

#include "base/check.h"
#include "client/accusing.h"
#include "client/open.h"
#include "core/acts.h"
#include "core/second.h"
#include "seal/hash.h"
#include "wire/event.h"

#include <stdlib.h>
#include <string.h>

#define FORM "tocsin.rewrap.1\n"
#define HASH_DIGITS (2 * sizeof(struct tcn_hash))
#define HALF_DIGITS (2 * sizeof(struct tcn_half))

/** Hash, one digit for the compartment, half, with a space between them and a line's end. */
#define LINE_BYTES (HASH_DIGITS + 1 + 1 + 1 + HALF_DIGITS + 1)

_Static_assert(sizeof FORM - 1 + TCN_REWRAP_LINES_MAX * LINE_BYTES <= TCN_REWRAP_TEXT_BYTES,
               "a whole act fits");
_Static_assert(TCN_REWRAP_TEXT_BYTES <= TCN_TEXT_BYTES_MAX, "and is one text");

struct tcn_rewraps {
    struct tcn_rewrap rows[TCN_REWRAPS_MAX];
    uint32_t count;
};

enum tcn_status tcn_rewraps_create(struct tcn_rewraps **out_rewraps) {
    struct tcn_rewraps *rewraps = calloc(1, sizeof(*rewraps));
    if (rewraps == NULL) {
        return TCN_NOMEM;
    }
    *out_rewraps = rewraps;
    return TCN_OK;
}

void tcn_rewraps_destroy(struct tcn_rewraps **rewraps) {
    if (rewraps != NULL && *rewraps != NULL) {
        tcn_secret_wipe(*rewraps, sizeof(**rewraps));
        free(*rewraps);
        *rewraps = NULL;
    }
}

enum tcn_status tcn_rewraps_add(struct tcn_rewraps *rewraps, const struct tcn_rewrap *rewrap) {
    for (uint32_t i = 0; i < rewraps->count; i++) {
        const struct tcn_rewrap *row = &rewraps->rows[i];
        if (row->kind == rewrap->kind && tcn_hash_equals(&row->event_hash, &rewrap->event_hash) &&
            memcmp(&row->half, &rewrap->half, sizeof(row->half)) == 0) {
            return TCN_OK;
        }
    }
    if (rewraps->count == TCN_REWRAPS_MAX) {
        return TCN_LIMIT;
    }
    rewraps->rows[rewraps->count] = *rewrap;
    rewraps->count++;
    return TCN_OK;
}

uint32_t tcn_rewraps_count(const struct tcn_rewraps *rewraps) {
    return rewraps->count;
}

const struct tcn_rewrap *tcn_rewraps_at(const struct tcn_rewraps *rewraps, uint32_t index) {
    TCN_CHECK(index < rewraps->count);
    return &rewraps->rows[index];
}

const struct tcn_half *tcn_rewraps_next(const struct tcn_rewraps *rewraps,
                                        const struct tcn_hash *event_hash,
                                        enum tcn_compartment_kind kind, uint32_t *index) {
    while (rewraps != NULL && *index < rewraps->count) {
        const struct tcn_rewrap *row = &rewraps->rows[*index];
        (*index)++;
        if (row->kind == kind && tcn_hash_equals(&row->event_hash, event_hash)) {
            return &row->half;
        }
    }
    return NULL;
}

/** Reads one line, without its end. */
static bool read_line(struct tcn_slice line, struct tcn_rewrap *out_rewrap) {
    const char *text = (const char *)line.data;
    const size_t kind_at = HASH_DIGITS + 1;
    const size_t half_at = kind_at + 2;
    if (line.size != LINE_BYTES - 1 || text[HASH_DIGITS] != ' ' || text[kind_at + 1] != ' ' ||
        text[kind_at] < '1' || text[kind_at] > '0' + TCN_COMPARTMENTS_MAX) {
        return false;
    }
    out_rewrap->kind = (enum tcn_compartment_kind)(text[kind_at] - '0');
    return tcn_hex_decode(tcn_slice_of(line.data, HASH_DIGITS), out_rewrap->event_hash.bytes,
                          sizeof(out_rewrap->event_hash.bytes)) == TCN_OK &&
           tcn_hex_decode(tcn_slice_of(line.data + half_at, HALF_DIGITS), out_rewrap->half.bytes,
                          sizeof(out_rewrap->half.bytes)) == TCN_OK;
}

bool tcn_rewraps_is_text(struct tcn_slice text) {
    return text.size >= sizeof FORM - 1 && memcmp(text.data, FORM, sizeof FORM - 1) == 0;
}

uint32_t tcn_rewraps_take(struct tcn_rewraps *rewraps, struct tcn_slice text) {
    const size_t form_size = sizeof FORM - 1;
    uint32_t count = 0;
    if (!tcn_rewraps_is_text(text)) {
        return 0;
    }
    for (size_t at = form_size; at + LINE_BYTES <= text.size; at += LINE_BYTES) {
        struct tcn_rewrap rewrap = {.kind = TCN_COMPARTMENT_NONE};
        const bool is_line = text.data[at + LINE_BYTES - 1] == '\n' &&
                             read_line(tcn_slice_of(text.data + at, LINE_BYTES - 1), &rewrap);
        count += is_line && tcn_rewraps_add(rewraps, &rewrap) == TCN_OK ? 1 : 0;
        tcn_secret_wipe(&rewrap, sizeof rewrap);
    }
    return count;
}

void tcn_rewraps_write(const struct tcn_rewraps *rewraps, uint32_t first, uint8_t *bytes,
                       struct tcn_slice *out_text) {
    char *at = (char *)bytes;
    memcpy(at, FORM, sizeof FORM - 1);
    at += sizeof FORM - 1;
    for (uint32_t i = first; i < rewraps->count && i - first < TCN_REWRAP_LINES_MAX; i++) {
        const struct tcn_rewrap *row = &rewraps->rows[i];
        tcn_hex_encode(row->event_hash.bytes, sizeof(row->event_hash.bytes), at);
        at += HASH_DIGITS;
        *at++ = ' ';
        *at++ = (char)('0' + (int)row->kind);
        *at++ = ' ';
        tcn_hex_encode(row->half.bytes, sizeof(row->half.bytes),
                       at); /* its NUL is the line's end */
        at += HALF_DIGITS;
        *at++ = '\n';
    }
    *out_text = tcn_slice_of(bytes, (size_t)(at - (char *)bytes));
}

void tcn_rewraps_key(const struct tcn_id *matter, struct tcn_slice organ, struct tcn_slice text,
                     char out_key[TCN_REWRAP_KEY_BYTES]) {
    struct tcn_hasher hasher;
    tcn_hasher_init(&hasher);
    tcn_hasher_add(&hasher, tcn_slice_of(matter->bytes, sizeof(matter->bytes)));
    tcn_hasher_add(&hasher, organ);
    tcn_hasher_add(&hasher, text); /* begins with a line that no organ is called */
    const struct tcn_hash hash = tcn_hasher_finish(&hasher);
    tcn_hex_encode(hash.bytes, sizeof(hash.bytes), out_key);
}

enum tcn_status tcn_rewraps_collect(struct tcn_rewraps *rewraps, const struct tcn_item *item,
                                    const struct tcn_key_set *keys, struct tcn_arena *arena) {
    struct tcn_reading reading;
    const enum tcn_status status = tcn_reading_make(item, keys, arena, &reading);
    if (status == TCN_OK && reading.handed.size > 0) {
        (void)tcn_rewraps_take(rewraps, reading.handed);
        tcn_secret_wipe((void *)(uintptr_t)reading.handed.data, reading.handed.size);
    }
    return status == TCN_NOMEM ? status : TCN_OK; /* what does not decode hands nothing over */
}

/** True when a wrap of the compartment is the organ's. */
static bool has_wrap(const struct tcn_compartment *compartment, uint16_t organ) {
    for (uint32_t i = 0; i < compartment->wrap_count; i++) {
        if (compartment->wraps[i].organ == organ) {
            return true;
        }
    }
    return false;
}

/** True when an event's allow-list, if it has one, has the organ on it. */
static bool is_for(const struct tcn_event *event, uint16_t organ) {
    for (uint32_t i = 0; i < event->guard_organ_count; i++) {
        if (event->guard_organs[i] == organ) {
            return true;
        }
    }
    return event->guard_organ_count == 0;
}

/** True for an act that may wait for a second person, and so takes the place of one that does. */
static bool may_wait(const struct tcn_event *event) {
    const enum tcn_act act = event->act;
    return event->body_kind == TCN_BODY_ACT &&
           (act == TCN_ACT_RELEASED || act == TCN_ACT_TRANSFERRED || act == TCN_ACT_RECLASSIFIED ||
            act == TCN_ACT_ERASED || act == TCN_ACT_HOLD_ENDED || act == TCN_ACT_REOPENED);
}

/** True for an event by which what waits may have ended: the log forgets it when the matter moves
 * or its list gets shorter. To forget too much asks for two words more; too little hands a
 * complaint to whom nobody let it go. */
static bool may_end_waiting(const struct tcn_event *event) {
    return event->guard_organ_count > 0 ||
           (tcn_act_is_taking(event->act) && event->act != TCN_ACT_ACKNOWLEDGED);
}

void tcn_rewrap_let_look(struct tcn_rewrap_let *let, const struct tcn_item *item,
                         struct tcn_arena *arena) {
    struct tcn_event event = {0};
    const bool is_void = item->alert.reason == TCN_REASON_OUTCOME && item->alert.code != TCN_OK;
    if (is_void || tcn_reason_is_fired(item->alert.reason) || let->organ == 0 ||
        tcn_wire_open_part_decode(item->open, arena, &event) != TCN_OK) {
        return;
    }
    if (!may_wait(&event)) {
        if (may_end_waiting(&event)) {
            let->waits = (struct tcn_second){.act = TCN_ACT_NONE};
        }
        return;
    }
    if (!tcn_second_matches(&let->waits, &event, item->lane.source)) {
        tcn_second_keep(&let->waits, &event, item->lane.source);
        return;
    }
    const uint16_t organ =
        tcn_handing_organ(let->policy, event.act, event.act_body.to_organ, event.domain);
    let->is_let = let->is_let || organ == let->organ;
    let->waits = (struct tcn_second){.act = TCN_ACT_NONE};
}

/** Adds the halves of one text: of the own wrap, or those that were handed over. */
static void gather_text(struct tcn_rewraps *rewraps, const struct tcn_rewrap_asked *asked,
                        const struct tcn_hash *event_hash,
                        const struct tcn_compartment *compartment,
                        struct tcn_rewrap_counts *counts) {
    struct tcn_seal_key held[TCN_SEALS_MAX];
    const uint32_t key_count = asked->keys->has_seal ? tcn_key_set_seals(asked->keys, held) : 0;
    struct tcn_rewrap rewrap = {.event_hash = *event_hash, .kind = compartment->kind};
    uint32_t index = 0;
    uint32_t found_count = 0;
    if (tcn_unwrap(compartment, held, key_count, &rewrap.half) == TCN_OK) {
        found_count++;
        counts->left += tcn_rewraps_add(rewraps, &rewrap) != TCN_OK ? 1 : 0;
    }
    const struct tcn_half *half =
        found_count == 0 ? tcn_rewraps_next(asked->handed, event_hash, compartment->kind, &index)
                         : NULL;
    while (half != NULL) {
        found_count++;
        rewrap.half = *half;
        counts->left += tcn_rewraps_add(rewraps, &rewrap) != TCN_OK ? 1 : 0;
        half = tcn_rewraps_next(asked->handed, event_hash, compartment->kind, &index);
    }
    counts->closed += found_count == 0 ? 1 : 0;
    tcn_secret_wipe(&rewrap, sizeof rewrap);
    tcn_secret_wipe(held, sizeof held);
}

enum tcn_status tcn_rewraps_gather(struct tcn_rewraps *rewraps,
                                   const struct tcn_rewrap_asked *asked,
                                   const struct tcn_item *item, struct tcn_arena *arena,
                                   struct tcn_rewrap_counts *counts) {
    struct tcn_event event = {0};
    struct tcn_sealed sealed;
    if (tcn_reason_is_fired(item->alert.reason) || item->sealed.size == 0) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_wire_open_part_decode(item->open, arena, &event);
    if (status == TCN_OK) {
        status = tcn_wire_sealed_decode(item->sealed, arena, &sealed);
    }
    if (status != TCN_OK || event.act == TCN_ACT_REWRAPPED) {
        return status; /* what was handed over is gathered with the texts that it opens */
    }
    const struct tcn_hash hash = tcn_hash_event(item->open, item->sealed);
    for (uint32_t i = 0; i < sealed.compartment_count; i++) {
        const struct tcn_compartment *compartment = &sealed.compartments[i];
        if (!asked->is_let && !is_for(&event, asked->organ)) {
            counts->guarded++;
        } else if (!asked->is_key_lost && has_wrap(compartment, asked->organ)) {
            counts->wrapped++;
        } else {
            gather_text(rewraps, asked, &hash, compartment, counts);
        }
    }
    return TCN_OK;
}
