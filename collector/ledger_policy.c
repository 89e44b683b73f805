/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which policy is in force: an activation that waits in the collector's folder is judged at the end
 * of the log and logged as a record of its own (the drawing is in query/activation.h). What does
 * not fit is kept aside and told, and the policy before it goes on.
 */
#include "collector/ledger_inside.h"

#include <inttypes.h>

static void refuse(struct tcn_ledger *ledger, enum tcn_status why) {
    const struct tcn_collector *house = ledger->house;
    tcn_activation_forget(&ledger->activation);
    tcn_log(house->logger, TCN_LOG_ERROR,
            "the policy that waits in %s is refused: because %s; version %" PRIu64
            " stays in force, and the file is kept as %s; try: tocsin policy activate",
            house->dir, tcn_status_sentence(why), tcn_rights_policy(&ledger->rights)->version,
            TCN_ACTIVATION_REFUSED);
    if (tcn_activation_settle(house->dir, true) != TCN_OK) {
        tcn_log(house->logger, TCN_LOG_ERROR, "and it cannot be moved away in %s", house->dir);
        ledger->is_policy_left = true;
    }
}

static void remove_file(struct tcn_ledger *ledger) {
    tcn_activation_forget(&ledger->activation);
    if (tcn_activation_settle(ledger->house->dir, false) != TCN_OK) {
        tcn_log(ledger->house->logger, TCN_LOG_WARNING,
                "%s/%s is in force and cannot be removed; it does no harm", ledger->house->dir,
                TCN_ACTIVATION_NEXT);
        ledger->is_policy_left = true;
    }
}

void tcn_ledger_look_for_policy(struct tcn_ledger *ledger) {
    TCN_CHECK(!ledger->is_open);
    if (ledger->is_policy_left || ledger->activation.data != NULL) {
        return;
    }
    const enum tcn_status status = tcn_activation_load(ledger->house->dir, &ledger->activation);
    if (status == TCN_MALFORMED || status == TCN_TOOBIG) {
        refuse(ledger, status);
    }
}

enum tcn_status tcn_ledger_activate(struct tcn_ledger *ledger) {
    const struct tcn_activation_file *file = &ledger->activation;
    uint32_t principal = 0;
    if (file->data == NULL || tcn_ledger_is_recalling(ledger)) {
        return TCN_OK;
    }
    enum tcn_status status =
        tcn_activation_check(&ledger->rights, file, ledger->wall_ns, &principal);
    if (status == TCN_EXISTS) {
        remove_file(ledger);
        return TCN_OK;
    }
    if (status == TCN_NOMEM) {
        return status;
    }
    if (status != TCN_OK) {
        refuse(ledger, status);
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
    ledger->is_policy_said = true;
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
