/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key signs: how one signing key of the collector follows another in the log.
 *
 *            a file with       the event that names it         the commit of
 *            another key       is in the group                 that group
 *   [ one ] ───────────▶ [ wanted ] ────────────────▶ [ said ] ───────────▶ [ one ]
 *                             ▲                          │                  the new key signs,
 *                             └──────────────────────────┘                  lanes say HELLO anew
 *                               no room: the group is dropped
 *
 * The group that names the successor is signed by the key before it, its receipts too.
 */
#include "collector/ledger_inside.h"

#include "seal/hash.h"
#include "seal/init.h"
#include "seal/keyring.h"

#include <string.h>

bool tcn_ledger_has_successor(const struct tcn_ledger *ledger) {
    static const struct tcn_public_key none;
    return memcmp(&ledger->successor.public_key, &none, sizeof(none)) != 0;
}

static void forget(struct tcn_ledger *ledger) {
    tcn_secret_wipe(&ledger->successor, sizeof(ledger->successor));
    ledger->is_succession_said = false;
}

/* Said once; the next look may find that it was mended. */
static void tell(struct tcn_ledger *ledger, enum tcn_status why) {
    if (!ledger->is_wish_told) {
        tcn_log(ledger->house->logger, TCN_LOG_ERROR,
                "the new signing key beside %s is not taken: because %s; the old one goes on",
                ledger->house->key_files.path, tcn_status_sentence(why));
    }
    ledger->is_wish_told = true;
}

enum tcn_status tcn_ledger_load_voice(struct tcn_ledger *ledger) {
    return tcn_voice_set(&ledger->voice, &ledger->house->key_files, &ledger->rights);
}

bool tcn_ledger_look_for_key(struct tcn_ledger *ledger) {
    TCN_CHECK(!ledger->is_open);
    if (ledger->is_wish_told || tcn_ledger_has_successor(ledger)) {
        return !ledger->is_wish_told;
    }
    const enum tcn_status status = tcn_voice_wanted(
        &ledger->house->key_files, &ledger->voice.key.public_key, &ledger->successor);
    if (status != TCN_OK && status != TCN_ABSENT) {
        tell(ledger, status);
    }
    return status == TCN_OK;
}

enum tcn_status tcn_ledger_succession(struct tcn_ledger *ledger, uint64_t position,
                                      struct tcn_event *out_event, bool *out_is_due) {
    *out_is_due = false;
    if (!tcn_ledger_has_successor(ledger)) {
        return TCN_OK;
    }
    const struct tcn_genesis *genesis = &ledger->house->charter.genesis;
    struct tcn_successor made = {0};
    enum tcn_status status =
        tcn_succession_sign(&genesis->log_id, &ledger->voice.key, &ledger->successor, &made);
    if (status != TCN_OK) {
        return status;
    }
    ledger->change = (struct tcn_registry_change){.kind = TCN_CHANGE_COLLECTOR_KEY,
                                                  .signing_key = made.key,
                                                  .proof = made.proof,
                                                  .succession = made.signature};
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = genesis->mode,
                                    .recorded_ns = ledger->wall_ns,
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &ledger->change};
    const struct tcn_record record = {.kind = TCN_RECORD_OWN,
                                      .generation = ledger->house->generation,
                                      .log_time_ns = ledger->group_time_ns};
    status = tcn_rights_check(&ledger->rights, &record, position, &event);
    if (status != TCN_OK) { /* a key that stands elsewhere, or one too many */
        tell(ledger, status);
        forget(ledger);
        return TCN_OK;
    }
    *out_event = event;
    *out_is_due = true;
    return TCN_OK;
}

enum tcn_status tcn_ledger_succeeded(struct tcn_ledger *ledger) {
    const struct tcn_key_id before = ledger->voice.key_id;
    char old[2 * sizeof(before.bytes) + 1];
    char now[2 * sizeof(before.bytes) + 1];
    forget(ledger);
    enum tcn_status status = tcn_ledger_load_voice(ledger);
    if (status != TCN_OK) {
        return status;
    }
    if (tcn_voice_install(&ledger->house->key_files, &ledger->voice.key.public_key) != TCN_OK) {
        tcn_log(ledger->house->logger, TCN_LOG_WARNING,
                "the new key keeps the name %s.next: because the file cannot be renamed",
                ledger->house->key_files.path);
    }
    tcn_hex_encode(before.bytes, sizeof(before.bytes), old);
    tcn_hex_encode(ledger->voice.key_id.bytes, sizeof(before.bytes), now);
    tcn_log(ledger->house->logger, TCN_LOG_INFO,
            "the signing key %s has succeeded %s: it signs from position %llu on", now, old,
            (unsigned long long)(ledger->committed_position + 1));
    tcn_lanes_clear(ledger->lanes);
    return tcn_ledger_read_live(ledger);
}
