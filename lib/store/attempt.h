/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attempt: which event is being folded at this moment, in one page of a file that outlives the
 * process. A process that dies within the fold leaves the position there; the next one finds it and
 * knows how many died at it. In the steady state it costs two stores to memory for each record.
 *
 * It is synced only when it is made: what it must outlive is a process, not the machine, and after
 * a power cut a count too low is harmless. It belongs to one build of the program: another build
 * begins to count anew, because its fold may be mended.
 *
 * Thread: one, that of the fold.
 */
#ifndef TCN_STORE_ATTEMPT_H
#define TCN_STORE_ATTEMPT_H

#include "base/bytes.h"

/** The page. Opaque. */
struct tcn_attempt;

/** Where processes died. */
struct tcn_attempt_suspect {
    uint64_t position; /**< 0: nowhere */
    uint32_t count;    /**< of processes in a row that died there; 0 when nowhere */
};

/** Opens the page of a state's directory, makes it when it is absent, and counts the process that
 * left it open. `build` names the program's build.
 * Owns: gives the attempt.
 * Errors: TCN_FULL there is no room for a new page; TCN_CONFIG TCN_ABSENT the directory; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_attempt_open(const char *dir, uint64_t build,
                                                struct tcn_attempt **out_attempt);

/** The same without a trace, for those who only look.
 * Errors: TCN_ABSENT there is no page, or it is another build's; TCN_CONFIG; TCN_NOMEM; TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_attempt_look(const char *dir, uint64_t build,
                                                struct tcn_attempt_suspect *out_suspect);

/** Closes it; accepts NULL, leaves NULL. */
void tcn_attempt_close(struct tcn_attempt **attempt);

/** Where earlier processes of this build died; nowhere for NULL. */
struct tcn_attempt_suspect tcn_attempt_suspect(const struct tcn_attempt *attempt);

/** The fold of the record at `position` begins; nothing happens for NULL. */
void tcn_attempt_begin(struct tcn_attempt *attempt, uint64_t position);

/** It has ended, well or badly; nothing happens for NULL. */
void tcn_attempt_end(struct tcn_attempt *attempt);

/** The suspect is in the state on disk: nobody is suspected any more; nothing happens for NULL. */
void tcn_attempt_pass(struct tcn_attempt *attempt);

#endif
