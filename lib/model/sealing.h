/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which part of a draft is sealed for whom, as the policy says it. Built by lib/policy from
 * seal.yaml and carried with the tables of policy.h, so that every agent seals alike.
 */
#ifndef TCN_MODEL_SEALING_H
#define TCN_MODEL_SEALING_H

#include "base/bytes.h"
#include "model/limits.h"
#include "model/sealed.h"

/** The domains that an entry of the policy is for. */
struct tcn_plan_domains {
    char ids[TCN_PLAN_DOMAINS_MAX][TCN_WORD_BYTES_MAX + 1];
    uint32_t count; /**< 0: for every domain */
};

/** True when both are for some domain together: those for every domain stand behind those that name
 * some. Thread: any. */
bool tcn_plan_domains_meet(const struct tcn_plan_domains *left,
                           const struct tcn_plan_domains *right);

/** What an entry seals. Bits; on the wire. */
enum tcn_seal_field {
    TCN_SEAL_NARRATIVE = 1,
    TCN_SEAL_CONTACT = 2,
    TCN_SEAL_PLACE = 4, /**< below the floor that stands open; one text with the contact */
    TCN_SEAL_ACCUSED = 8,
    TCN_SEAL_INFORMANT = 16,
    TCN_SEAL_ATTRIBUTES = 32, /**< of a guarded matter; by any other's the log judges it */
};

/** All fields. */
#define TCN_SEAL_FIELDS 63u

/** For whom data keys are wrapped. Bits; on the wire. */
enum tcn_seal_wrap {
    TCN_SEAL_OWNER = 1, /**< of the domain, and the desk where that leads */
    TCN_SEAL_CO_RECIPIENTS = 2,
    TCN_SEAL_ESCROW = 4,     /**< the desk, for the day when the owner's key is lost */
    TCN_SEAL_ALLOW_LIST = 8, /**< those on a guarded matter's list, and nobody else */
};

/** All of them. */
#define TCN_SEAL_WRAPS 15u

/** What goes into one compartment, and who reads it. */
struct tcn_seal_rule {
    char id[TCN_WORD_BYTES_MAX + 1];
    struct tcn_plan_domains domains;
    bool is_guarded; /**< for matters with an allow-list; else for those without */
    enum tcn_compartment_kind compartment;
    uint32_t fields; /**< bits of tcn_seal_field */
    uint32_t wraps;  /**< bits of tcn_seal_wrap */
};

/** What is wrong with a rule. */
enum tcn_seal_fault {
    TCN_SEAL_FAULT_NONE = 0,
    TCN_SEAL_FAULT_ONLY_LIST,   /**< guarded, and for others than its list */
    TCN_SEAL_FAULT_NO_LIST,     /**< not guarded, and for a list that it does not have */
    TCN_SEAL_FAULT_OWNER,       /**< not guarded, and whoever must act cannot read it */
    TCN_SEAL_FAULT_COMPARTMENT, /**< a text goes into the compartment of another name */
    TCN_SEAL_FAULT_PLACE,       /**< contact and place apart: a draft gives them as one text */
    TCN_SEAL_FAULT_ATTRIBUTES,  /**< not guarded, and hides what the log judges the matter by */
};

/** All rules, in the policy's order. Owned by who compiled or decoded them. */
struct tcn_sealing {
    const struct tcn_seal_rule *rules;
    uint32_t rule_count;
};

/** The first fault of a rule whose numbers are in range. Thread: any. */
enum tcn_seal_fault tcn_seal_rule_fault(const struct tcn_seal_rule *rule);

/** The rule for a field: the one that names the domain, else the one for every domain; NULL when
 * there is none. A guarded matter's domain is asked for too, it is only not told. `sealing` may be
 * NULL: it has none. Owns: lends from `sealing`. Thread: any. */
const struct tcn_seal_rule *tcn_sealing_rule(const struct tcn_sealing *sealing,
                                             struct tcn_slice domain, bool is_guarded,
                                             enum tcn_seal_field field);

/** The field that a text of this kind is; 0 for none. Thread: any. */
uint32_t tcn_seal_field_of(enum tcn_compartment_kind kind);

#endif
