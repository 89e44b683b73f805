/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state copied row by row while it is written to, and a copy put in a state's place: what a
 * snapshot is made with and used by. All rows of a copy are of one moment; every checksum is looked
 * at on the way, so what is damaged is never copied. Pages of the copy are full and in order.
 *
 * A copy holds one read transaction of its source to its end, so that the source's file cannot
 * reuse pages meanwhile and grows by what is committed in that time.
 *
 * One copy, one thread.
 */
#ifndef TCN_STORE_STATE_COPY_H
#define TCN_STORE_STATE_COPY_H

#include "store/state.h"

/** A copy in the making. Opaque. */
struct tcn_state_copy;

/** Takes the source as its last commit left it.
 * Owns: lends `from` until the end; gives the copy.
 * Errors: TCN_LIMIT readers; TCN_CORRUPT TCN_NOMEM TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_copy_begin(struct tcn_state *from,
                                                    struct tcn_state_copy **out_copy);

/** Opens the target, an empty state; once, before the first step.
 * Errors: TCN_EXISTS it is not empty; as tcn_state_open. */
TCN_MUST_CHECK enum tcn_status tcn_state_copy_open(struct tcn_state_copy *copy,
                                                   const struct tcn_store_options *to);

/** How far the source is at the moment that is copied. */
const struct tcn_applied *tcn_state_copy_applied(const struct tcn_state_copy *copy);

/** Copies one slice, syncs it, and shows each of its rows to `visit`, in the order of
 * tcn_state_hash_walk. With the last one `out_is_done` is true.
 * Errors: what `visit` answered; TCN_CORRUPT a checksum does not fit; TCN_FULL; TCN_NOMEM; TCN_IO.
 * It can only be ended then. */
TCN_MUST_CHECK enum tcn_status tcn_state_copy_step(struct tcn_state_copy *copy,
                                                   tcn_state_visit *visit, void *context,
                                                   bool *out_is_done);

/** Bytes of rows copied so far. */
uint64_t tcn_state_copy_bytes(const struct tcn_state_copy *copy);

/** Lets the source's snapshot go and closes the target. Accepts NULL, leaves NULL. */
void tcn_state_copy_end(struct tcn_state_copy **copy);

/** Puts a copy of the closed state in `from` in the place of the closed state in `dir`, whatever
 * that was: whole, or, when the program dies in it, not there at all. Files beside it stay.
 * Errors: TCN_LOCKED TCN_CONFIG of either; as tcn_state_open of `from`; TCN_FULL; TCN_NOMEM;
 * TCN_IO. */
TCN_MUST_CHECK enum tcn_status tcn_state_place(const char *from, const char *dir);

#endif
