/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What numbers mean to the doctor. Each function takes what was measured and gives a verdict; none
 * reads a file, a clock or the system, so each is a table in a test. The figures are practice, not
 * law. Thread: any.
 */
#ifndef TCN_CLI_DOCTOR_JUDGE_H
#define TCN_CLI_DOCTOR_JUDGE_H

#include "cli/doctor.h"

/** A key that ends within this time is told. */
#define TCN_DOCTOR_EXPIRY_NS (INT64_C(30) * 24 * 3600 * 1000000000)
/** This clock may be so far behind the collector's. */
#define TCN_DOCTOR_CLOCK_NS (INT64_C(2) * 1000000000)
/** Something urgent, or anything, that waits so long is told. */
#define TCN_DOCTOR_END_NS (INT64_C(30) * 86400 * 1000000000) /* of a row of the registry */
#define TCN_DOCTOR_URGENT_NS (INT64_C(5) * 60 * 1000000000)
#define TCN_DOCTOR_ROUTINE_NS (INT64_C(3600) * 1000000000)

/** When a principal's time is over: BAD at not_after or before not_before, WARN within
 * TCN_DOCTOR_EXPIRY_NS before it; 0 is no end. */
enum tcn_finding_state tcn_doctor_judge_expiry(int64_t not_before_ns, int64_t not_after_ns,
                                               int64_t now_ns);

/** How full something is: WARN from 80 of 100, BAD from 95. A size of 0 is OK. */
enum tcn_finding_state tcn_doctor_judge_fill(uint64_t used_bytes, uint64_t size_bytes);

/** Free room of a file system: BAD when it is below `reserve_bytes`, below which nothing is taken;
 * WARN when it is below `wanted_bytes`. */
enum tcn_finding_state tcn_doctor_judge_room(uint64_t free_bytes, uint64_t reserve_bytes,
                                             uint64_t wanted_bytes);

/** How long things have waited: WARN over the bounds above; 0 is nothing. */
enum tcn_finding_state tcn_doctor_judge_wait(int64_t oldest_ns, int64_t oldest_urgent_ns,
                                             int64_t now_ns);

/** The end of a row of the registry, 0 when it has none: WARN from TCN_DOCTOR_END_NS before it on,
 * BAD when it has come. */
enum tcn_finding_state tcn_doctor_judge_end(int64_t not_after_ns, int64_t now_ns);

/** Events in the log that the state does not have: WARN over one state commit. */
enum tcn_finding_state tcn_doctor_judge_lag(uint64_t event_count);

/** Log time ahead of this clock: BAD over TCN_DOCTOR_CLOCK_NS, because log time never is. */
enum tcn_finding_state tcn_doctor_judge_clock(int64_t log_time_ns, int64_t now_ns);

/** The mode bits of a key file: BAD when others than its owner may do anything with it. */
enum tcn_finding_state tcn_doctor_judge_mode(uint32_t mode);

/** The sealing keys of a key file, by their public halves: WARN when the newest of its organ is not
 * among them. */
enum tcn_finding_state tcn_doctor_judge_seals(const struct tcn_public_key *newest,
                                              const struct tcn_public_key *held,
                                              uint32_t held_count);

/** A library: OK for the version tested or a later one of its line ("4.3.4" and "4.3.5"), else
 * WARN; BAD when it is older than the tested one. Texts that are no three numbers are WARN. */
enum tcn_finding_state tcn_doctor_judge_version(const char *version, const char *tested);

/** An endpoint: true for ipc and for addresses of the loopback. */
bool tcn_doctor_is_loopback(const char *endpoint);

/** The port of "tcp://host:port"; 0 when it has none, or is "*". */
uint16_t tcn_doctor_port(const char *endpoint);

/** Reads a line of /proc/net/tcp or tcp6: true when something listens there, with its port and the
 * inode of its socket. */
bool tcn_doctor_listener(const char *line, uint16_t *out_port, uint64_t *out_inode);

/** Breaks a text at spaces so that no line is longer than `width`, a single word excepted. Prints
 * the first at once and the others behind `indent` spaces; ends with a newline. */
void tcn_doctor_wrap(FILE *out, const char *text, int width, int indent);

#endif
