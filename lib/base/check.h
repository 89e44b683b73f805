/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Assertions, in three strengths. They state what only a bug can break, so they stay on in release
 * builds. Never use one on bytes from a peer, a disk, a file, a clock or the allocator: those are
 * answered with a status (status.h). A failed check prints where and aborts; by promise 1 stopping
 * is safe.
 */
#ifndef TCN_BASE_CHECK_H
#define TCN_BASE_CHECK_H

/** Marks a function whose result must be looked at. */
#define TCN_MUST_CHECK __attribute__((warn_unused_result))

/** Prints the failed condition with its place to standard error and aborts. Thread: any. */
__attribute__((noreturn, cold)) void tcn_check_failed(const char *condition, const char *file,
                                                      int line);

/** A bug is certain when the condition is false. Always on. */
#define TCN_CHECK(condition)                                                                       \
    ((condition) ? (void)0 : tcn_check_failed(#condition, __FILE__, __LINE__))

/** A whole-structure invariant, too slow for production; on in tests and in the simulator. */
#ifdef TCN_SLOW_CHECKS
#define TCN_CHECK_SLOW(condition) TCN_CHECK(condition)
#else
#define TCN_CHECK_SLOW(condition) ((void)0)
#endif

/** A place that no correct program reaches. */
#define TCN_UNREACHABLE() tcn_check_failed("unreachable", __FILE__, __LINE__)

#endif
