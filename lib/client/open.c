/* SPDX-License-Identifier: Apache-2.0 */
#include "client/open.h"

#include "client/rewrap.h"
#include "seal/hash.h"
#include "wire/event.h"

#include <string.h>

struct tcn_hash tcn_item_hash(const struct tcn_item *item) {
    return tcn_hash_event(item->open, item->sealed);
}

static void close_text(struct tcn_reading *reading, enum tcn_compartment_kind kind) {
    reading->closed[reading->closed_count] = kind;
    reading->closed_count++;
}

/* Opens one text by the own wrap, or by a half that was handed over. */
static enum tcn_status open_text(struct tcn_unseal *unseal, const struct tcn_item *item,
                                 const struct tcn_rewraps *handed, struct tcn_arena *arena,
                                 struct tcn_plain *plain) {
    enum tcn_status status = tcn_unseal(unseal, plain->kind, arena, &plain->text);
    if (status == TCN_OK || status == TCN_NOMEM || handed == NULL) {
        return status;
    }
    const struct tcn_hash hash = tcn_hash_event(item->open, item->sealed);
    uint32_t index = 0;
    unseal->half = tcn_rewraps_next(handed, &hash, plain->kind, &index);
    while (status != TCN_OK && status != TCN_NOMEM && unseal->half != NULL) {
        status = tcn_unseal(unseal, plain->kind, arena, &plain->text);
        unseal->half = tcn_rewraps_next(handed, &hash, plain->kind, &index);
    }
    unseal->half = NULL;
    return status;
}

/* What one officer opened in an emergency is for finding and helping somebody: who told it, and
 * whom it accuses, is not read by that (core/opening). */
static bool is_for_reader(const struct tcn_item *item, enum tcn_compartment_kind kind) {
    return item->alert.reason != TCN_REASON_UNSEALED || kind == TCN_COMPARTMENT_CONTACT ||
           kind == TCN_COMPARTMENT_NARRATIVE;
}

/* Opens what these keys open, the older ones too; the rest is named as closed. */
static enum tcn_status open_texts(const struct tcn_item *item, const struct tcn_reader_keys *reader,
                                  const struct tcn_sealed *sealed, struct tcn_arena *arena,
                                  struct tcn_reading *reading) {
    struct tcn_share share = {0};
    if (item->share.size != sizeof share.bytes || !reader->keys->has_seal) {
        for (uint32_t index = 0; index < sealed->compartment_count; index++) {
            close_text(reading, sealed->compartments[index].kind);
        }
        return TCN_OK;
    }
    memcpy(share.bytes, item->share.data, sizeof share.bytes);
    struct tcn_seal_key held[TCN_SEALS_MAX];
    struct tcn_unseal unseal = {.open = item->open,
                                .sealed = sealed,
                                .share = &share,
                                .keys = held,
                                .key_count = tcn_key_set_seals(reader->keys, held)};
    enum tcn_status status = TCN_OK;
    for (uint32_t index = 0; index < sealed->compartment_count && status != TCN_NOMEM; index++) {
        struct tcn_plain *plain = &reading->texts[reading->text_count];
        plain->kind = sealed->compartments[index].kind;
        status = is_for_reader(item, plain->kind)
                     ? open_text(&unseal, item, reader->handed, arena, plain)
                     : TCN_DENIED;
        if (status == TCN_OK) {
            reading->text_count++;
        } else {
            close_text(reading, plain->kind);
        }
    }
    tcn_secret_wipe(held, sizeof held);
    return status == TCN_NOMEM ? status : TCN_OK;
}

/* Halves that are handed over are no text: nobody is shown them. */
static void put_handed_aside(struct tcn_reading *reading) {
    const uint32_t last = reading->text_count - 1;
    if (reading->event.act == TCN_ACT_REWRAPPED && reading->text_count > 0 &&
        tcn_rewraps_is_text(reading->texts[last].text)) {
        reading->handed = reading->texts[last].text;
        reading->text_count = last;
    }
}

/* A sealed part that does not decode is said: it is not the same as none. */
static enum tcn_status read_sealed(const struct tcn_item *item,
                                   const struct tcn_reader_keys *reader, struct tcn_arena *arena,
                                   struct tcn_reading *reading) {
    struct tcn_sealed sealed;
    enum tcn_status status = tcn_wire_sealed_decode(item->sealed, arena, &sealed);
    reading->is_sealed_unread = status != TCN_OK;
    if (status == TCN_OK) {
        status = open_texts(item, reader, &sealed, arena, reading);
    }
    if (status != TCN_NOMEM) {
        return TCN_OK;
    }
    for (uint32_t i = 0; i < reading->text_count; i++) { /* nobody gets them to wipe them */
        tcn_secret_wipe((void *)(uintptr_t)reading->texts[i].text.data,
                        reading->texts[i].text.size);
    }
    return status;
}

enum tcn_status tcn_reading_make_with(const struct tcn_item *item,
                                      const struct tcn_reader_keys *reader, struct tcn_arena *arena,
                                      struct tcn_reading *out_reading) {
    struct tcn_reading reading = {0};
    if (tcn_reason_is_fired(item->alert.reason)) {
        reading.event = (struct tcn_event){.act = item->alert.act, .mode = item->alert.stream.mode};
        *out_reading = reading;
        return TCN_OK;
    }
    enum tcn_status status = tcn_wire_open_part_decode(item->open, arena, &reading.event);
    if (status != TCN_OK) {
        return status;
    }
    if (item->sealed.size > 0) {
        status = read_sealed(item, reader, arena, &reading);
        if (status != TCN_OK) {
            return status;
        }
        put_handed_aside(&reading);
    }
    *out_reading = reading;
    return TCN_OK;
}

enum tcn_status tcn_reading_make(const struct tcn_item *item, const struct tcn_key_set *keys,
                                 struct tcn_arena *arena, struct tcn_reading *out_reading) {
    const struct tcn_reader_keys reader = {.keys = keys};
    return tcn_reading_make_with(item, &reader, arena, out_reading);
}

/* True when the file has brought a sealing key. */
static bool take_seals(struct tcn_key_set *keys, const char *key_file) {
    struct tcn_key_set now = {0};
    struct tcn_seal_key seals[TCN_SEALS_MAX];
    bool is_new = false;
    if (tcn_key_file_read(key_file, &now) == TCN_OK && now.has_seal &&
        memcmp(&now.seal, &keys->seal, sizeof now.seal) != 0) {
        is_new = tcn_key_set_take_seals(keys, seals, tcn_key_set_seals(&now, seals)) == TCN_OK;
        tcn_secret_wipe(seals, sizeof seals);
    }
    tcn_key_set_fini(&now);
    return is_new;
}

enum tcn_status tcn_reading_make_anew(const struct tcn_item *item, struct tcn_key_set *keys,
                                      const char *key_file, const struct tcn_rewraps *handed,
                                      struct tcn_arena *arena, struct tcn_reading *out_reading) {
    const struct tcn_reader_keys reader = {.keys = keys, .handed = handed};
    const enum tcn_status status = tcn_reading_make_with(item, &reader, arena, out_reading);
    const bool is_closed = status == TCN_OK && out_reading->closed_count > 0;
    if (!is_closed || key_file == NULL || !keys->has_seal || !take_seals(keys, key_file)) {
        return status;
    }
    return tcn_reading_make_with(item, &reader, arena, out_reading);
}
