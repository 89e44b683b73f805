/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy's folder, read and compiled for a verb that will judge by it: with the same checks as
 * `policy check`, so that one with a fault in any file goes nowhere. One thread, the program's.
 */
#ifndef TCN_CLI_POLICY_COMPILE_H
#define TCN_CLI_POLICY_COMPILE_H

#include "cli/cli.h"
#include "policy/read.h"
#include "policy/text.h"

/** A compiled policy. Open: read by its verb; too large for a stack. */
struct tcn_compiled {
    struct tcn_policy_text text; /**< what was compiled, read once */
    struct tcn_policy_source *source;
    const struct tcn_policy *policy; /**< the source's tables */
    struct tcn_policy_errors errors;
};

/** Compiles a folder. Faults, and what else fails, have been told: cannot WHAT the folder. Gives an
 * exit code. Owns: gives what is to be ended with tcn_compiled_fini, also after a failure. */
int tcn_policy_compile(struct tcn_cli *cli, const char *path, const char *what,
                       struct tcn_compiled *out_compiled);

/** Gives the memory back; safe when zeroed. */
void tcn_compiled_fini(struct tcn_compiled *compiled);

#endif
