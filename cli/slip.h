/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a slip says beside its code, and what a clerk is told before a report goes: in the same
 * words by the guided report, by plain options and by `tocsin status`. Advice is words alone: it
 * refuses nothing, holds nothing up, and is made of counts and of the kind of matter, never of who
 * somebody is. One thread or many.
 */
#ifndef TCN_CLI_SLIP_H
#define TCN_CLI_SLIP_H

#include "cli/limits.h"
#include "model/draft.h"
#include "model/policy.h"

/** The doors of this district that a slip names: the desk, and discipline inspection. */
#define TCN_SLIP_DOORS 2

/** Those who may speak for all who complain, at most; more are advised against.
 * Source: 信访工作条例 Art. 20. */
#define TCN_SLIP_REPRESENTATIVES_MAX 5

/** The two doors; NULL where the policy has none, or is not at hand. Thread: any. */
void tcn_slip_doors_of(const struct tcn_policy *policy,
                       const struct tcn_organ *out_doors[TCN_SLIP_DOORS]);

/** Notes which doors lead to whom a draft accuses, by the organs that it names. Without a policy
 * none is named, and none is shut. Thread: any. */
void tcn_slip_shut(const struct tcn_policy *policy, const struct tcn_draft *draft,
                   bool out_shut[TCN_SLIP_DOORS]);

/** Prints the other doors on one line. They are named to everybody, so that a slip that names them
 * betrays nobody; but none that leads to whom it accuses. Thread: any. */
void tcn_slip_doors(FILE *out, enum tcn_language language, const struct tcn_policy *policy,
                    const bool is_shut[TCN_SLIP_DOORS]);

/** Prints what to do first where somebody is in danger now; nothing otherwise. Thread: any. */
void tcn_slip_telephone(FILE *err, enum tcn_language language, enum tcn_severity severity);

/** Prints what to do first for a child that nobody looks after, when the domain is of that kind;
 * false, and nothing, otherwise. NULL is no domain. Thread: any. */
bool tcn_slip_care(FILE *err, enum tcn_language language, const struct tcn_policy *policy,
                   const struct tcn_domain *domain);

/** Prints what is advised where more complain than may speak for all; nothing otherwise.
 * Thread: any. */
void tcn_slip_advise(FILE *err, enum tcn_language language, const struct tcn_policy *policy,
                     const struct tcn_draft *draft);

/** Prints what a slip that tells nothing answers: that it is being handled, and by when there is
 * news. The date is that of the written notice of a petition, whatever is behind such a slip: it
 * follows from when it was learned of, and from nothing else. Where the policy has no such rule no
 * date is named. Thread: any. */
void tcn_slip_opaque(FILE *out, enum tcn_language language, const struct tcn_policy *policy,
                     int64_t learned_ns);

/** Writes the date by which such a slip has news, "2026-12-14"; false, and empty, when the policy
 * has no rule for it. Thread: any. */
bool tcn_slip_news_date(const struct tcn_policy *policy, int64_t learned_ns,
                        char out_date[TCN_LIMIT_DATE_BYTES]);

#endif
