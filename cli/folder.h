/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stopped collector's folder, read: its log, its state, its charter. The folder of `tocsin up`
 * may be given as well. A collector that runs holds its folder, and then nothing is opened but what
 * is asked for beside it. One
 * thread, the program's.
 */
#ifndef TCN_CLI_FOLDER_H
#define TCN_CLI_FOLDER_H

#include "cli/cli.h"
#include "query/query.h"
#include "query/rights.h"
#include "query/snapshot.h"

/** What of a folder is opened. */
enum tcn_folder_part {
    TCN_FOLDER_LOG = 0,      /**< log and charter */
    TCN_FOLDER_LOG_BESIDE,   /**< the same, also beside a collector that runs */
    TCN_FOLDER_READ_STATE,   /**< and the state, as it is */
    TCN_FOLDER_DERIVE_STATE, /**< and an empty state, to be derived: the old one is wiped */
    /** And the state of the newest snapshot that verifies, to be derived further. */
    TCN_FOLDER_FOLLOW_STATE,
};

/** An open folder. Open: verbs read it; end with tcn_folder_close. */
struct tcn_folder {
    struct tcn_log *log;
    struct tcn_log_reader *log_reader;
    struct tcn_charter charter;
    struct tcn_rights rights;              /**< at the end of the log; zeroed without the state */
    struct tcn_state *state;               /**< NULL for a log alone */
    struct tcn_state_reader *state_reader; /**< NULL for a log alone */
    uint64_t generation;
    uint64_t snapshot_position; /**< that the state begins with; 0 without a snapshot */
    char dir[TCN_CLI_PATH_BYTES];
    char state_dir[TCN_CLI_PATH_BYTES]; /**< empty for a log alone */
};

/** The folder that holds log/: DIR itself or DIR/collector; NULL: that of TOCSIN_DIR. That there is
 * none has been told. Gives an exit code. */
int tcn_folder_find(struct tcn_cli *cli, const char *given, char out_dir[TCN_CLI_PATH_BYTES]);

/** Opens DIR or DIR/collector. What fails has been told. Gives an exit code.
 * Owns: gives a folder to be ended with tcn_folder_close, also after a failure. */
int tcn_folder_open(struct tcn_cli *cli, const char *dir, enum tcn_folder_part part,
                    struct tcn_folder *out_folder);

/** Opens the state of an open folder too, as it is, also beside a collector that runs: for what may
 * be missing. False, and nothing is told, when there is none that can be read. */
bool tcn_folder_state_beside(struct tcn_folder *folder);
/** Events at the end of the log that such a state does not have yet; 0 also where that cannot be
 * said. */
uint64_t tcn_folder_lag(const struct tcn_folder *folder);

/** Closes it; safe on a zeroed folder. */
void tcn_folder_close(struct tcn_folder *folder);

/** What the query room is asked with. Owns: lends the folder. */
struct tcn_query_view tcn_folder_view(const struct tcn_folder *folder);

#endif
