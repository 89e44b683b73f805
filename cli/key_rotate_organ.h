/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin key rotate organ`: another sealing key for an organ, made on a PC of the organ and kept
 * in its key files before the log is told, so that nothing is sealed to a key that nobody has.
 * Those before it stay in the files.
 *
 *   [ files ] ──make──▶ [ files hold it ] ──the organ's agent──▶ [ the log names it ] ──bundle──▶
 *                             │      ▲                             offices seal to it
 *                             └carry─┘ to the organ's other PCs
 *
 * Killed at any point and said again: behind the first step a key that was never told stays in the
 * files and harms nothing; --tell tells it.
 */
#ifndef TCN_CLI_KEY_ROTATE_ORGAN_H
#define TCN_CLI_KEY_ROTATE_ORGAN_H

#include "cli/cli.h"

/** Runs it. argv[0] is "organ". Gives an exit code, -1 when it printed its help; on failure it has
 * said why. Thread: the program's. */
int tcn_key_rotate_organ(struct tcn_cli *cli, int argc, char **argv);

#endif
