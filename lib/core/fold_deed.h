/* SPDX-License-Identifier: Apache-2.0 */
/*
 * That an organ said that it knows of a matter, or took it in hand, kept for who asks later: the
 * same acts that stop its ladder (core/ladder). Part of core/fold.
 */
#ifndef TCN_CORE_FOLD_DEED_H
#define TCN_CORE_FOLD_DEED_H

#include "core/fold_inside.h"

/** Keeps the act of an event that counts, if it is such a one. One that waits for another post is
 * none yet. Errors: what the ops give. Thread: the fold's. */
TCN_MUST_CHECK enum tcn_status tcn_fold_deed(const struct tcn_fold_step *step);

#endif
