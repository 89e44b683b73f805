/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another policy changes, for who is about to activate it: organs, domains and rules by both
 * policies, and what becomes of the clocks that there are. As text and as JSON from one struct. One
 * thread, the program's.
 */
#ifndef TCN_CLI_POLICY_EFFECT_H
#define TCN_CLI_POLICY_EFFECT_H

#include "cli/cli.h"
#include "model/policy.h"
#include "model/registry.h"
#include "query/forecast.h"

/** What is told. Open: filled by the verb, all lent. */
struct tcn_policy_effect {
    const char *path; /**< of the next policy */
    const struct tcn_policy *now;
    const struct tcn_policy *next;
    const struct tcn_registry *registry; /**< whose organs have a sealing key */
    bool restates;
    bool is_dry;
    const struct tcn_forecast *forecast; /**< NULL: the state could not be read */
    uint64_t position;                   /**< up to which the clocks are */
    uint64_t not_yet_folded;             /**< events behind it */
};

/** Prints it as lines. */
void tcn_policy_effect_text(FILE *out, const struct tcn_policy_effect *effect);

/** Prints the document tocsin.policy_activate/1. Errors: as tcn_json_write_file. */
TCN_MUST_CHECK enum tcn_status tcn_policy_effect_json(FILE *out,
                                                      const struct tcn_policy_effect *effect);

#endif
