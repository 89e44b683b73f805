/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may speak at a position of a log, and by which policy: registry and policy of genesis, and
 * every change and activation that the log has allowed since. Whoever reads a log in order takes
 * each change with tcn_rights_take as it comes to it; whoever begins in the middle has the earlier
 * ones looked up with tcn_rights_load. All of them come to the same registry at the same position.
 * The writer takes changes at append, net and serve follow it, the fold and the verification read
 * them in order.
 *
 * Decisions are core/roll's; this adds the log and the proof that a key that is brought is held.
 *
 * One struct, one thread.
 */
#ifndef TCN_QUERY_RIGHTS_H
#define TCN_QUERY_RIGHTS_H

#include "core/roll.h"
#include "query/activated.h"
#include "query/charter.h"
#include "query/walk.h"
#include "seal/keyring.h"

/** The rights. Open: embedded; the charter is lent for its life. */
struct tcn_rights {
    const struct tcn_charter *charter;
    struct tcn_roll *roll;
    struct tcn_activated *activated; /**< the policy in force; NULL: genesis' */
    struct tcn_arena arena;          /**< decodes one event while loading */
};

/** Begins with the registry of genesis. Errors: TCN_NOMEM. */
TCN_MUST_CHECK enum tcn_status tcn_rights_init(struct tcn_rights *rights,
                                               const struct tcn_charter *charter);

/** Gives the memory back; accepts NULL and zeroed rights. */
void tcn_rights_fini(struct tcn_rights *rights);

/** The registry as it stands. Owns: lent until the next change is taken. */
const struct tcn_registry *tcn_rights_registry(const struct tcn_rights *rights);

/** The policy in force. Owns: lent until the next activation is taken. */
const struct tcn_policy *tcn_rights_policy(const struct tcn_rights *rights);

/** The same, encoded. Owns: lent likewise. */
struct tcn_slice tcn_rights_policy_bytes(const struct tcn_rights *rights);

/** The position of the last change of registry or policy. */
uint64_t tcn_rights_version(const struct tcn_rights *rights);

/** Decodes a logged activation and judges whether it fits where the rights stand. Who has signed it
 * is not asked: a log holds only what its writer has asked (query/activation).
 * Owns: gives the activated policy.
 * Errors: TCN_CONFLICT it was made to follow another policy; TCN_NOT_ALLOWED it does not follow
 * (core/regime); TCN_VERSION by another fold; as tcn_activated_create. */
TCN_MUST_CHECK enum tcn_status tcn_rights_judge(const struct tcn_rights *rights,
                                                const struct tcn_record *record, uint64_t position,
                                                struct tcn_activated **out_activated);

/** Puts an activated policy that was judged in force. Owns: takes it, leaves NULL. */
void tcn_rights_activate(struct tcn_rights *rights, struct tcn_activated **activated);

/** The collector's key that signs what is logged next: genesis' or its newest successor. Owns: lent
 * until the next change is taken. */
const struct tcn_public_key *tcn_rights_collector_key(const struct tcn_rights *rights);

/** All keys of the collector up to where the rights stand, and where each took over: whoever checks
 * a signature of the collector about the log asks this ring. Thread: any. */
void tcn_rights_ring(const struct tcn_rights *rights, struct tcn_keyring *out_ring);

/** The same at the end of a log.
 * Errors: as tcn_rights_init and tcn_rights_load.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_rights_load_ring(const struct tcn_charter *charter,
                                                    struct tcn_log_reader *reader,
                                                    struct tcn_keyring *out_ring);

/** What would become of a logged event that changes the registry: TCN_OK it is applied, else why it
 * is void. Changes nothing. The event is of act TCN_ACT_REGISTRY_CHANGED, by record->principal, or
 * by the collector itself in a record of its own. */
TCN_MUST_CHECK enum tcn_status tcn_rights_check(const struct tcn_rights *rights,
                                                const struct tcn_record *record, uint64_t position,
                                                const struct tcn_event *event);

/** Takes a logged event that changes the registry; one that is void changes nothing. Gives
 * tcn_rights_check's word. */
TCN_MUST_CHECK enum tcn_status tcn_rights_take(struct tcn_rights *rights,
                                               const struct tcn_record *record, uint64_t position,
                                               const struct tcn_event *event);

/** The change that a claim would make of a row: what the collector logs when it grants it.
 * Thread: any. */
struct tcn_registry_change tcn_rights_enrolment(const struct tcn_enrol *enrol, uint32_t principal);

/** True when a change that brings keys has the proof of the new signing key. Thread: any. */
bool tcn_rights_is_proven(const struct tcn_id *log_id, const struct tcn_registry_change *change);

/** The position at which a claim was granted in the log on disk, 0 when it never was: an ENROLLED
 * of the row with the claim's token and both its keys. It looks at every change that the log has.
 * Errors: TCN_CORRUPT at a noted position stands no change; as tcn_log_read.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status
tcn_rights_find_enrolment(struct tcn_rights *rights, struct tcn_log_reader *reader,
                          const struct tcn_registry_change *enrolment, uint64_t *out_position);

/** Takes every change of the log from where the rights stand up to `last`, included.
 * Errors: TCN_CORRUPT at a noted position stands no change; TCN_NOMEM; as tcn_log_read.
 * Thread: the reader's. */
TCN_MUST_CHECK enum tcn_status tcn_rights_load(struct tcn_rights *rights,
                                               struct tcn_log_reader *reader, uint64_t last);

#endif
