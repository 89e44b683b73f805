/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line of the speed test.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "bench.h"

/** Reads the command line into the defaults. Gives TCN_EXIT_OK, or another exit code when it has
 * said what is wrong, or -1 when help was asked for and printed. */
int bench_options_read(struct tcn_cli *cli, int argc, char **argv,
                       struct bench_options *out_options);

/** True when the case is among those to be run. */
bool bench_options_has(const struct bench_options *options, const char *name);

#endif
