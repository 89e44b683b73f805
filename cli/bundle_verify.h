/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin receipt verify` of an audit's bundle (query/bundle). One thread, the program's. */
#ifndef TCN_CLI_BUNDLE_VERIFY_H
#define TCN_CLI_BUNDLE_VERIFY_H

#include "cli/cli.h"
#include "query/bundle.h"

/** What is checked. Open: filled by the verb, all lent. */
struct tcn_bundle_view {
    struct tcn_cli *cli;
    const char *path;
    const struct tcn_keyring *ring; /**< what is known of the collector's keys */
    enum tcn_format format;
};

/** Reads a whole file, a bundle at most. What fails has been told. Gives an exit code.
 * Owns: gives the bytes, to be freed with tcn_bundle_free_file, also after a failure. */
int tcn_bundle_read_file(const struct tcn_bundle_view *view, struct tcn_slice *out_data);

/** Frees them; safe on an empty slice. */
void tcn_bundle_free_file(struct tcn_slice *data);

/** Says what it proves, and of each event who stands for it; as JSON the answer that was signed,
 * word by word, with what a terminal obeys escaped. Gives an exit code. */
int tcn_bundle_verify(const struct tcn_bundle_view *view, struct tcn_slice data);

#endif
