/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A district to measure: founded in a fresh folder, its configuration written by the same code as
 * `tocsin up` uses, its programs run as processes. Main thread.
 */
#ifndef BENCH_DISTRICT_H
#define BENCH_DISTRICT_H

#include "agents/bundle.h"
#include "bench.h"
#include "cli/children.h"
#include "client/session.h"
#include "client/setup.h"
#include "model/query.h"
#include "policy/config.h"

/** The district. Open: read by the cases; end with bench_district_close. */
struct bench_district {
    const struct bench_options *options;
    char dir[TCN_CLI_PATH_BYTES];
    struct tcn_setup setup;
    struct tcn_agent_bundle bundle; /**< what agents hold: policy and keys */
    struct tcn_children children;
    struct tcn_config *auditor; /**< where the broker is, and its key */
    struct tcn_key_set auditor_keys;
    struct tcn_session *session; /**< the auditor's */
};

/** Founds the district of one case and starts broker and collector, and agents of all offices when
 * asked; returns when the collector answers. On failure it has said why.
 * Owns: end it with bench_district_close, also after a failure. */
TCN_MUST_CHECK enum tcn_status bench_district_open(const struct bench_options *options,
                                                   const char *name, bool has_agents,
                                                   struct bench_district *out_district);

/** Ends the programs and removes the folder, unless it is to be kept. True when no program had
 * ended by itself: only now that is certain, since a peer sees a broken connection before the
 * parent sees the end. */
bool bench_district_close(struct bench_district *district);

/** The office with this number, 0 for the first; NULL when there are not so many. */
const struct tcn_principal *bench_district_office(const struct bench_district *district,
                                                  uint32_t index);

/** True when no program is known to have ended since the start. */
bool bench_district_is_whole(struct bench_district *district);

/** Bytes that a database of the collector takes on the disk: "log", "state", "shares". */
uint64_t bench_district_bytes(const struct bench_district *district, const char *database);

/** Waits so many milliseconds. */
void bench_wait_ms(int milliseconds);

#endif
