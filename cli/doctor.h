/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin doctor`, shared by its files. A check looks at one thing, changes nothing, and says what
 * it found: at least one finding each, so that a thing which was not looked at is seen as well.
 * Checks do not depend on each other but for what the struct holds: the configurations and the
 * founding that the first ones read, the answers that the later ones got. All that is asked of the
 * system is asked here; what a number means is decided by the functions of doctor_judge.c, which
 * read nothing. One thread, the program's.
 */
#ifndef TCN_CLI_DOCTOR_H
#define TCN_CLI_DOCTOR_H

#include "cli/cli.h"
#include "client/ask.h"
#include "client/names.h"
#include "client/setup.h"
#include "model/local.h"

/** Findings that are kept; more are counted. */
#define TCN_FINDINGS_MAX 512
/** Configurations of one folder that are read. */
#define TCN_DOCTOR_FILES_MAX 512
#define TCN_FINDING_BYTES 512
#define TCN_FINDING_MEND_BYTES (2 * TCN_CLI_PATH_BYTES + 512)

/** How a thing stands. The worst of all is the exit code. */
enum tcn_finding_state {
    TCN_FINDING_OK = 0,
    TCN_FINDING_WARN, /**< it works; somebody should look at it before it does not */
    TCN_FINDING_BAD,  /**< it does not work, or what it promises does not hold */
    TCN_FINDING_SKIP, /**< not looked at, and so not known: the fact says why */
};

/** What one look found. */
struct tcn_finding {
    enum tcn_finding_state state;
    const char *check; /**< its name: also the heading in the how-to page */
    char fact[TCN_FINDING_BYTES];
    char mend[TCN_FINDING_MEND_BYTES]; /**< empty when it is in order */
};

/** One configuration file that could be read. */
struct tcn_doctor_file {
    char path[TCN_CLI_PATH_BYTES];
    struct tcn_config *config;
};

/** An agent that answered. */
struct tcn_doctor_outbox {
    const char *organ; /**< lent from its configuration */
    uint64_t waiting_count;
    int64_t oldest_ns;        /**< recorded; 0 when none waits */
    int64_t oldest_urgent_ns; /**< of the urgent lane alone */
    uint64_t dead_count;
    uint64_t used_bytes;
    uint64_t size_bytes;
    bool is_connected;
    int64_t not_after_ns;                   /**< the end of the agent's row; 0 when it has none */
    char last_error[TCN_FINDING_BYTES / 2]; /**< empty when none */
};

/** The examination. Open to the doctor's files. */
struct tcn_doctor {
    struct tcn_cli *cli;
    char dir[TCN_CLI_PATH_BYTES]; /**< of the district; empty when a single file is looked at */
    const char *config_file;      /**< NULL when a folder is looked at */
    const char *check;            /**< in hand */
    uint32_t said_count;          /**< findings of the check in hand */
    struct tcn_finding *findings;
    uint32_t finding_count;
    uint32_t dropped_count; /**< findings beyond TCN_FINDINGS_MAX */
    uint32_t state_counts[4];
    struct tcn_doctor_file *files;
    uint32_t file_count;
    struct tcn_setup setup; /**< meaningless without has_setup */
    bool has_setup;         /**< a genesis file lies here and is good */
    /** The collector's keys behind that of genesis, as a bundle beside it lists them; else none. */
    struct tcn_keyring ring;
    struct tcn_broker_keys told; /**< of the broker's, by what lies beside it */
    struct tcn_doctor_outbox *outboxes;
    uint32_t outbox_count;
    bool has_stats; /**< the collector answered */
    struct tcn_stats_row stats;
    struct tcn_standstill standstill;
    struct tcn_session *session; /**< NULL until the collector answered */
    struct tcn_key_set session_keys;
    struct tcn_public_key collector_key; /**< from which the session comes to the one in force */
    int64_t now_ns;                      /**< wall clock, when it began */
};

/** Says what was found. `mend` is what to do, "" for TCN_FINDING_OK; the text is the fact. */
void tcn_doctor_say(struct tcn_doctor *doctor, enum tcn_finding_state state, const char *mend,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/** Says that all is in order, unless the check in hand has said something else. */
void tcn_doctor_fine(struct tcn_doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Says why the thing in hand was not looked at, unless something else was said of it. */
void tcn_doctor_skip(struct tcn_doctor *doctor, const char *why);

/** A path as it is told: below the district's folder, when it lies there. Owns: lends from `path`.
 */
const char *tcn_doctor_path(const struct tcn_doctor *doctor, const char *path);

/** Who listens at a port of this machine. */
struct tcn_doctor_holder {
    bool is_taken;
    uint64_t inode;   /**< of the listening socket */
    int64_t pid;      /**< 0: another user's program, or not known */
    char program[64]; /**< empty when the pid is not known */
};

/** Finds who listens at a port, as far as this user may see it; port 0 is never taken. */
struct tcn_doctor_holder tcn_doctor_holder(uint16_t port);

/** Writes how to start a program, "broker" say, of what is looked at. Gives `out_mend`. */
const char *tcn_doctor_start_hint(const struct tcn_doctor *doctor, const char *program,
                                  char *out_mend, size_t size);

/** Reads the configurations: those of the folder, or the one file. */
void tcn_doctor_config(struct tcn_doctor *doctor);

/** Key files: mode, owner, and that they are those of the founding. */
void tcn_doctor_keys(struct tcn_doctor *doctor);

/** Principals whose time ends: as the collector's registry stands when it answered, else as they
 * were founded. */
void tcn_doctor_registry(struct tcn_doctor *doctor);

/** Key files of an organ's programs: they hold the newest sealing key that the log names. */
void tcn_doctor_sealing(struct tcn_doctor *doctor);

/** The policy in force says whom to telephone at night. */
void tcn_doctor_phones(struct tcn_doctor *doctor);

/** Addresses that programs of this machine listen at. */
void tcn_doctor_address(struct tcn_doctor *doctor);

/** Versions of the installed programs, and of those that run. */
void tcn_doctor_program(struct tcn_doctor *doctor);

/** Versions of the libraries against those that were tested. */
void tcn_doctor_library(struct tcn_doctor *doctor);

/** Agents: their sockets answer. */
void tcn_doctor_agent(struct tcn_doctor *doctor);

/** What the agents that answer have not delivered. */
void tcn_doctor_outbox(struct tcn_doctor *doctor);

/** The broker lets in the keys that are here. */
void tcn_doctor_broker(struct tcn_doctor *doctor);

/** The collector answers. */
void tcn_doctor_collector(struct tcn_doctor *doctor);

/** The state follows the log. */
void tcn_doctor_state(struct tcn_doctor *doctor);

/** What the collector says and has not taken back. */
void tcn_doctor_said(struct tcn_doctor *doctor);

/** This clock against the collector's log time. */
void tcn_doctor_clock(struct tcn_doctor *doctor);

/** Whether the system says that its clock is synchronised. */
void tcn_doctor_sync(struct tcn_doctor *doctor);

/** The zone of this process: the civil day of the districts is that of UTC+8. */
void tcn_doctor_zone(struct tcn_doctor *doctor);

/** Room, maps and file systems below the databases. */
void tcn_doctor_disk(struct tcn_doctor *doctor);

/** Whether texts can be shown as they are. */
void tcn_doctor_locale(struct tcn_doctor *doctor);

/** Descriptors that programs may have. */
void tcn_doctor_descriptors(struct tcn_doctor *doctor);

#endif
