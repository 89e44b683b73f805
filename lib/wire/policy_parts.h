/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a policy that have files of their own: clocks with their calendar, and rules
 * (attributes, levels, what domains add), sealing, and what is planned. Inside this room only,
 * beside wire/policy.c, which puts them in the order of their fields. Errors are listed in
 * wire/frame.h.
 */
#ifndef TCN_WIRE_POLICY_PARTS_H
#define TCN_WIRE_POLICY_PARTS_H

#include "base/arena.h"
#include "model/policy.h"
#include "proto/regime.pb-c.h"
#include "wire/scan.h"

/* Field numbers of Policy. */
#define TCN_POLICY_FIELD_CLOCKS 10u
#define TCN_POLICY_FIELD_CALENDAR 11u
#define TCN_POLICY_FIELD_ATTRIBUTES 12u
#define TCN_POLICY_FIELD_LEVELS 13u
#define TCN_POLICY_FIELD_SCALES 14u
#define TCN_POLICY_FIELD_THRESHOLDS 15u
#define TCN_POLICY_FIELD_SEALS 16u
#define TCN_POLICY_FIELD_STEPS 17u
#define TCN_POLICY_FIELD_REPORTS 18u
#define TCN_POLICY_FIELD_RETENTIONS 19u
#define TCN_POLICY_FIELD_PROGRAMS 23u

extern const struct tcn_scan_table tcn_scan_clock_rule;
extern const struct tcn_scan_table tcn_scan_calendar;
extern const struct tcn_scan_table tcn_scan_attribute_rule;
extern const struct tcn_scan_table tcn_scan_level;
extern const struct tcn_scan_table tcn_scan_scale;
extern const struct tcn_scan_table tcn_scan_threshold;
extern const struct tcn_scan_table tcn_scan_seal_rule;
extern const struct tcn_scan_table tcn_scan_step;
extern const struct tcn_scan_table tcn_scan_report;
extern const struct tcn_scan_table tcn_scan_retention;
extern const struct tcn_scan_table tcn_scan_program;

/** Judges clocks and calendar: all that model/clock.h and model/calendar.h promise, and that each
 * domain they name is one of the policy's. Errors: TCN_TOOBIG a count is over its maximum;
 * TCN_BAD_VALUE. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_clocks_check(const struct tcn_policy *policy);
/** Appends them, checked before. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_clocks_put(const struct tcn_policy *policy,
                                                     struct tcn_writer *writer);
/** Takes them, unchecked. Errors: TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_clocks_take(const Tocsin__V1__Policy *found,
                                                      struct tcn_arena *arena,
                                                      struct tcn_policy *policy);

/** Judges rules: ids once, ranks without holes, and that whatever one names is there. Errors:
 * TCN_TOOBIG a count is over its maximum; TCN_BAD_VALUE. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_rules_check(const struct tcn_policy *policy);
/** Appends them but for what domains add, checked before. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_rules_put(const struct tcn_policy *policy,
                                                    struct tcn_writer *writer);
/** Takes them, and what domains add, unchecked; domains are taken before. Errors: TCN_NOMEM.
 * Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_rules_take(const Tocsin__V1__Policy *found,
                                                     struct tcn_arena *arena,
                                                     struct tcn_policy *policy);

/** Judges sealing: ids once, numbers in range, what model/sealing.h asks of a rule, each field in
 * one rule for a domain, and that each domain named is one of the policy's. Errors: TCN_TOOBIG a
 * count is over its maximum; TCN_BAD_VALUE. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_seals_check(const struct tcn_policy *policy);
/** Appends it, checked before. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_seals_put(const struct tcn_policy *policy,
                                                    struct tcn_writer *writer);
/** Takes it, unchecked. Errors: TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_seals_take(const Tocsin__V1__Policy *found,
                                                     struct tcn_arena *arena,
                                                     struct tcn_policy *policy);

/** Judges what is planned: ids once, numbers in range, ladders that begin with a reminder and grow
 * no milder, and that clocks, lines, domains, offices and organs named are the policy's. Errors:
 * TCN_TOOBIG a count is over its maximum; TCN_BAD_VALUE. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_plans_check(const struct tcn_policy *policy);
/** Appends it but for the posts of organs, checked before. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_plans_put(const struct tcn_policy *policy,
                                                    struct tcn_writer *writer);
/** Lends the posts of an organ to its message; returns how many. Thread: any. */
size_t tcn_policy_posts_of(const struct tcn_policy *policy, const char *organ,
                           char *out_posts[TCN_ORGAN_POSTS_MAX]);
/** Takes it, with the posts of organs, unchecked; organs and sealing are taken before. Errors:
 * TCN_NOMEM. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_plans_take(const Tocsin__V1__Policy *found,
                                                     struct tcn_arena *arena,
                                                     struct tcn_policy *policy);

/** Judges programs: ids and domains once, amounts and days in range, and that domains and organs
 * named are the policy's. Errors: TCN_TOOBIG a count is over its maximum; TCN_BAD_VALUE. Thread:
 * any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_programs_check(const struct tcn_policy *policy);
/** Appends them, checked before. Errors: TCN_TOOBIG. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_policy_programs_put(const struct tcn_policy *policy,
                                                       struct tcn_writer *writer);
/** Takes them into the plans, unchecked; organs are taken before. Errors: TCN_NOMEM. Thread: any.
 */
TCN_MUST_CHECK enum tcn_status tcn_policy_programs_take(const Tocsin__V1__Policy *found,
                                                        struct tcn_arena *arena,
                                                        const struct tcn_policy *policy,
                                                        struct tcn_plans *plans);

#endif
