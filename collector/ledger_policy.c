/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy is in force: an activation that waits in the collector's folder is judged at the end
 * of the log and logged as a record of its own (the drawing is in query/activation.h). What does
 * not fit is kept aside and told, and the policy before it goes on.
 */
#include "collector/ledger_inside.h"

#include "base/clock.h"

#include <inttypes.h>

/* How long others go first when a group found no room with an activation in it. */
#define AGAIN_NS (60 * TCN_SECOND_NS)

static void note_left(struct tcn_ledger *ledger, enum tcn_status load,
                      const struct tcn_hash *content) {
    ledger->policy_left =
        (struct tcn_policy_left){.is_told = true, .load = load, .content = *content};
}

/* `load` is of tcn_activation_load: what did not decode has no content. */
static void refuse(struct tcn_ledger *ledger, enum tcn_status load, enum tcn_status why) {
    const struct tcn_collector *house = ledger->house;
    const struct tcn_hash content = ledger->activation.content;
    tcn_activation_forget(&ledger->activation);
    tcn_log(house->logger, TCN_LOG_ERROR,
            "the policy that waits in %s is refused: because %s; version %" PRIu64
            " stays in force, and the file is kept as %s; try: tocsin policy activate",
            house->dir, tcn_status_sentence(why), tcn_rights_policy(&ledger->rights)->version,
            TCN_ACTIVATION_REFUSED);
    if (tcn_activation_settle(house->dir, true) != TCN_OK) {
        tcn_log(house->logger, TCN_LOG_ERROR,
                "%s/%s cannot be moved away, and no other policy can be handed over while it lies "
                "there; try: remove it",
                house->dir, TCN_ACTIVATION_NEXT);
        note_left(ledger, load, &content);
    }
}

static void remove_file(struct tcn_ledger *ledger) {
    const struct tcn_hash content = ledger->activation.content;
    tcn_activation_forget(&ledger->activation);
    if (tcn_activation_settle(ledger->house->dir, false) != TCN_OK) {
        tcn_log(ledger->house->logger, TCN_LOG_WARNING,
                "%s/%s is in force and cannot be removed, and no other policy can be handed over "
                "while it lies there; try: remove it",
                ledger->house->dir, TCN_ACTIVATION_NEXT);
        note_left(ledger, TCN_OK, &content);
    }
}

/* What lies there cannot be read as it is. It is not moved: it may be somebody's mistake. */
static void tell_unread(struct tcn_ledger *ledger, enum tcn_status load) {
    static const struct tcn_hash none;
    const struct tcn_collector *house = ledger->house;
    const char *why = load == TCN_CONFIG      ? "the collector may not read it"
                      : load == TCN_BAD_VALUE ? "it is no plain file"
                                              : tcn_status_sentence(load);
    tcn_log(house->logger, TCN_LOG_ERROR,
            "cannot take the policy that waits as %s/%s: because %s; version %" PRIu64
            " stays in force; try: remove it, then tocsin policy activate as the collector's user",
            house->dir, TCN_ACTIVATION_NEXT, why, tcn_rights_policy(&ledger->rights)->version);
    note_left(ledger, load, &none);
}

static bool is_left(const struct tcn_policy_left *left, enum tcn_status load,
                    const struct tcn_activation_file *file) {
    return left->is_told && left->load == load &&
           (load != TCN_OK || tcn_hash_equals(&left->content, &file->content));
}

void tcn_ledger_look_for_policy(struct tcn_ledger *ledger) {
    TCN_CHECK(!ledger->is_open);
    if (ledger->activation.data != NULL) {
        return;
    }
    struct tcn_activation_file file = {.data = NULL};
    const enum tcn_status load = tcn_activation_load(ledger->house->dir, &file);
    if (load == TCN_NOMEM || is_left(&ledger->policy_left, load, &file)) {
        tcn_activation_forget(&file);
        return;
    }
    ledger->policy_left.is_told = false;
    ledger->is_policy_short_told = false;
    ledger->policy_after_ns = 0;
    if (load == TCN_OK) {
        ledger->activation = file;
    } else if (load == TCN_MALFORMED || load == TCN_TOOBIG) {
        refuse(ledger, load, load);
    } else if (load != TCN_ABSENT) {
        tell_unread(ledger, load);
    }
}

void tcn_ledger_put_policy_off(struct tcn_ledger *ledger) {
    ledger->is_policy_said = false;
    ledger->policy_after_ns = ledger->monotonic_ns + AGAIN_NS;
}

/* Whether the open group has more room than what is kept for acts and urgent reports; told once
 * until it has. */
static enum tcn_status check_room(struct tcn_ledger *ledger) {
    const struct tcn_chunk *chunk = &ledger->activation.chunk;
    if (ledger->monotonic_ns < ledger->policy_after_ns) {
        return TCN_FULL;
    }
    const enum tcn_status status = tcn_log_reserve_check(
        ledger->house->log, chunk->head.size + chunk->body.size + chunk->signature.size);
    if (status == TCN_FULL && !ledger->is_policy_short_told) {
        tcn_log(ledger->house->logger, TCN_LOG_ERROR,
                "room is short: the policy that waits in %s comes into force when there is room; "
                "urgent reports and acts are taken; try: make room for the folder of the collector",
                ledger->house->dir);
        ledger->is_policy_short_told = true;
    }
    return status;
}

enum tcn_status tcn_ledger_activate(struct tcn_ledger *ledger) {
    const struct tcn_activation_file *file = &ledger->activation;
    uint32_t principal = 0;
    if (file->data == NULL || tcn_ledger_is_recalling(ledger)) {
        return TCN_OK;
    }
    enum tcn_status status = check_room(ledger);
    if (status != TCN_OK) {
        return status == TCN_FULL ? TCN_OK : status; /* it waits */
    }
    status = tcn_activation_check(&ledger->rights, file, ledger->wall_ns, &principal);
    if (status == TCN_EXISTS) {
        remove_file(ledger);
        return TCN_OK;
    }
    if (status == TCN_NOMEM) {
        return status;
    }
    if (status != TCN_OK) {
        refuse(ledger, TCN_OK, status);
        return TCN_OK;
    }
    const struct tcn_ledger_record made = {
        .kind = TCN_RECORD_POLICY,
        .position_count = 1,
        .principal = principal,
        .content_hash = file->content,
        .chunk = file->chunk,
        .feed_ns = INT64_MIN,
    };
    ledger->is_policy_said = true;
    status = tcn_ledger_append(ledger, &made);
    if (status != TCN_OK) {
        return status;
    }
    const uint64_t position = tcn_log_last_position(ledger->house->log);
    const struct tcn_record record = {
        .kind = TCN_RECORD_POLICY, .log_time_ns = ledger->group_time_ns, .chunk = file->chunk};
    struct tcn_activated *activated = NULL;
    status = tcn_rights_judge(&ledger->rights, &record, position, &activated);
    if (status != TCN_OK) {
        return status; /* it was judged above: memory */
    }
    tcn_rights_activate(&ledger->rights, &activated);
    ledger->is_registry_changed = true;
    return tcn_log_change_put(ledger->house->log, position);
}

void tcn_ledger_activated(struct tcn_ledger *ledger) {
    const struct tcn_activated *activated = ledger->rights.activated;
    ledger->is_policy_said = false;
    TCN_CHECK(activated != NULL);
    const struct tcn_principal *by = tcn_ledger_principal(ledger, activated->word.principal);
    tcn_log(ledger->house->logger, TCN_LOG_INFO,
            "policy version %" PRIu64 " is in force from position %" PRIu64 ", by %s%s",
            activated->policy.version, activated->position, by != NULL ? by->name : "nobody known",
            activated->word.restates ? "; running clocks are restated" : "");
    remove_file(ledger);
}
