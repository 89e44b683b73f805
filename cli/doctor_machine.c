/* SPDX-License-Identifier: Apache-2.0 */
/* What the doctor sees of this machine: programs, libraries, clock, zone, disks, descriptors. */
#include "base/clock.h"
#include "cli/doctor_judge.h"
#include "cli/folder.h"
#include "cli/place.h"
#include "client/libraries.h"
#include "model/message.h"
#include "model/sealed.h"

#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHINA_OFFSET_S (8 * 3600)
#define CONNECTIONS_DESCRIPTORS (TCN_CONNECTIONS_MAX + 1024) /* as the broker takes them */
#define COLLECTOR_ROOM_BYTES (UINT64_C(1) << 30)             /* free room that lets one sleep */
#define TMPFS_MAGIC 0x01021994                               /* Source: linux/magic.h */
#define RAMFS_MAGIC 0x858458F6
#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)
#define MEND_BYTES TCN_FINDING_MEND_BYTES

/* What a sibling says to --version: its last word. Empty when it cannot be run. */
static void ask_version(const char *path, char *out_version, size_t size) {
    int ends[2];
    out_version[0] = '\0';
    if (pipe(ends) != 0) {
        return;
    }
    const pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        (void)close(ends[1]);
        (void)execl(path, path, "--version", (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    char line[128];
    const ssize_t count = child > 0 ? read(ends[0], line, sizeof line - 1) : 0;
    (void)close(ends[0]);
    if (child > 0) {
        int ended = 0;
        (void)waitpid(child, &ended, 0);
    }
    line[count > 0 ? count : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    const char *word = strrchr(line, ' ');
    (void)snprintf(out_version, size, "%s", word == NULL ? "" : word + 1);
}

static void look_at_installed(struct tcn_doctor *doctor, const char *name) {
    char folder[TCN_CLI_PATH_BYTES];
    char path[TCN_CLI_PATH_BYTES];
    char version[64];
    if (tcn_place_programs(folder) != TCN_OK ||
        tcn_place_path(path, folder, "%s", name) != TCN_OK) {
        return;
    }
    if (access(path, X_OK) != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "install all programs of one version together",
                       "%s is not beside tocsin: %s", name, strerror(errno));
        return;
    }
    ask_version(path, version, sizeof version);
    if (strcmp(version, doctor->cli->version) != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "install all programs of one version together, then start them again",
                       "%s is version %s, tocsin is %s", name,
                       version[0] == '\0' ? "unknown" : version, doctor->cli->version);
    }
}

/* A program that was replaced on disk runs on as it was: its file is named as deleted. */
static void look_at_running(struct tcn_doctor *doctor, const char *what, const char *store) {
    int64_t pid = 0;
    char link[64];
    char path[TCN_CLI_PATH_BYTES];
    if (tcn_env_holder(store, &pid) != TCN_OK) {
        return;
    }
    (void)snprintf(link, sizeof link, "/proc/%" PRId64 "/exe", pid);
    const ssize_t size = readlink(link, path, sizeof path - 1);
    path[size > 0 ? size : 0] = '\0';
    if (strstr(path, " (deleted)") != NULL) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "start it again; nothing that it took is lost",
                       "%s (pid %" PRId64 ") runs a program that was replaced since", what, pid);
    }
}

void tcn_doctor_program(struct tcn_doctor *doctor) {
    static const char *const names[] = {"tocsin-broker", "tocsin-collector", "tocsin-agent"};
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        look_at_installed(doctor, names[index]);
    }
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        char store[TCN_CLI_PATH_BYTES];
        if (config->has_agent) {
            look_at_running(doctor, config->agent.organ, config->agent.dir);
        }
        if (config->has_collector &&
            tcn_place_path(store, config->collector.dir, "log") == TCN_OK) {
            look_at_running(doctor, "the collector", store);
        }
    }
    tcn_doctor_fine(doctor, "all are %s; wire %u, event %u, sealed %u, fold %u",
                    doctor->cli->version, TCN_WIRE_VERSION, TCN_EVENT_FORMAT, TCN_SEALED_FORMAT,
                    TCN_FOLD_VERSION);
    if (doctor->has_setup && doctor->setup.genesis.fold_version > TCN_FOLD_VERSION) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "install the version that founded the district",
                       "genesis has fold version %u, this program knows %u",
                       (unsigned)doctor->setup.genesis.fold_version, TCN_FOLD_VERSION);
    }
}

void tcn_doctor_library(struct tcn_doctor *doctor) {
    struct tcn_library libraries[TCN_CLIENT_LIBRARIES + 1];
    tcn_client_libraries(libraries);
    struct tcn_library *lmdb = &libraries[TCN_CLIENT_LIBRARIES];
    *lmdb = (struct tcn_library){.name = "LMDB", .tested = "0.9.24"};
    tcn_env_library_version(lmdb->version);
    char text[TCN_FINDING_BYTES] = "";
    size_t used = 0;
    for (size_t index = 0; index < sizeof libraries / sizeof libraries[0]; index++) {
        const struct tcn_library *library = &libraries[index];
        enum tcn_finding_state state = tcn_doctor_judge_version(library->version, library->tested);
        if (state != TCN_FINDING_OK) {
            tcn_doctor_say(doctor, state, "install Debian 12's package, and start all again",
                           "%s is %s, tested was %s", library->name, library->version,
                           library->tested);
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s", index == 0 ? "" : ", ",
                                 library->name, library->version);
    }
    tcn_doctor_fine(doctor, "%s", text);
}

void tcn_doctor_sync(struct tcn_doctor *doctor) {
    struct timex about = {0}; /* modes 0: nothing is set */
    if (adjtimex(&about) < 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "ask the system: timedatectl",
                       "the system does not say whether its clock is synchronised: %s",
                       strerror(errno));
    } else if ((about.status & STA_UNSYNC) != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "timedatectl set-ntp true, or install chrony; deadlines are counted from "
                       "this clock",
                       "the system says that its clock is not synchronised");
    }
    tcn_doctor_fine(doctor, "the system says that its clock is synchronised");
}

void tcn_doctor_zone(struct tcn_doctor *doctor) {
    const time_t now = (time_t)(doctor->now_ns / TCN_SECOND_NS);
    struct tm local;
    if (localtime_r(&now, &local) == NULL || local.tm_gmtoff != CHINA_OFFSET_S) {
        const long minutes = labs(local.tm_gmtoff) / 60;
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "timedatectl set-timezone Asia/Shanghai, or export TZ=Asia/Shanghai",
                       "times are shown in UTC%c%02ld:%02ld; the day of the offices is that of "
                       "UTC+8",
                       local.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
    }
    tcn_doctor_fine(doctor, "times are shown in UTC+8, as the offices count their days");
}

void tcn_doctor_locale(struct tcn_doctor *doctor) {
    const char *codeset = nl_langinfo(CODESET);
    if (strcmp(codeset, "UTF-8") != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "export LANG=C.UTF-8",
                       "this terminal's locale is %s: Chinese names cannot be shown", codeset);
    }
    if (doctor->cli->out_columns != 0 && doctor->cli->out_columns < 80) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "make the window wider",
                       "the terminal has %u columns; tables become lists below 80",
                       (unsigned)doctor->cli->out_columns);
    }
    tcn_doctor_fine(doctor, "UTF-8");
}

void tcn_doctor_descriptors(struct tcn_doctor *doctor) {
    struct rlimit limit = {0};
    bool has_broker = false;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        has_broker = has_broker || doctor->files[index].config->has_broker;
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "ulimit -Hn", "the system does not tell a limit");
        return;
    }
    const unsigned long long hard = (unsigned long long)limit.rlim_max;
    const unsigned needed = has_broker ? CONNECTIONS_DESCRIPTORS : 1024;
    if (hard < needed) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       has_broker ? "LimitNOFILE=9216 in the broker's unit, or ulimit -Hn 9216 as "
                                    "root before it starts"
                                  : "ulimit -Hn 1024, as root before they start",
                       "programs started from here may have %llu descriptors, %u are wanted", hard,
                       needed);
    }
    tcn_doctor_fine(doctor, "programs started from here may have %llu", hard);
}

/* A folder of databases. */
struct store {
    const char *what;
    const char *dir;
    uint64_t wanted_bytes; /* of free room */
};

/* How much of a database file's size is its map. */
static void look_at_map(struct tcn_doctor *doctor, const char *dir, const char *name,
                        uint64_t map_bytes) {
    char path[TCN_CLI_PATH_BYTES];
    struct stat about;
    if (tcn_place_path(path, dir, "%s/data.mdb", name) != TCN_OK || stat(path, &about) != 0) {
        return;
    }
    const uint64_t used_bytes = (uint64_t)about.st_size;
    enum tcn_finding_state state = tcn_doctor_judge_fill(used_bytes, map_bytes);
    if (state != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, state,
                       "set a larger map_gb in the collector's file and start it again; no data "
                       "is moved",
                       "the %s has filled %" PRIu64 " of %" PRIu64 " MiB of its map", name,
                       used_bytes / MIB, map_bytes / MIB);
    }
}

static void look_at_store(struct tcn_doctor *doctor, const struct store *store) {
    struct statfs volume;
    char mend[MEND_BYTES];
    const char *shown = tcn_doctor_path(doctor, store->dir);
    struct stat about;
    if (stat(store->dir, &about) == 0 && (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        (void)snprintf(mend, sizeof mend, "chmod 700 %s", store->dir);
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend,
                       "others may write in %s: no program opens it, mode %04o", shown,
                       (unsigned)about.st_mode & 07777u);
    }
    if (statfs(store->dir, &volume) != 0) {
        (void)snprintf(mend, sizeof mend, "let this user read %s", store->dir);
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s of %s: %s", shown, store->what,
                       strerror(errno));
        return;
    }
    const uint64_t magic = (uint64_t)volume.f_type & 0xFFFFFFFF;
    if (!tcn_env_is_local(magic)) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "move the folder to a disk of this machine",
                       "%s is on a file system of another machine or of a program: it does not "
                       "hold what was synced",
                       shown);
    } else if (magic == TMPFS_MAGIC || magic == RAMFS_MAGIC) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "fine for a try; for real reports move the folder to a disk",
                       "%s is in memory: all of it is gone when the power goes", shown);
    }
    const uint64_t free_bytes = (uint64_t)volume.f_bavail * (uint64_t)volume.f_bsize;
    enum tcn_finding_state state =
        tcn_doctor_judge_room(free_bytes, TCN_ENV_DISK_RESERVE_BYTES, store->wanted_bytes);
    if (state != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, state, "make room on that disk, or move the folder to a larger one",
                       "%s has %" PRIu64 " MiB free, %s may take %" PRIu64 " MiB", shown,
                       free_bytes / MIB, store->what, store->wanted_bytes / MIB);
    }
}

/* What an outbox may still take. */
static uint64_t outbox_rest(const struct tcn_config_agent *agent) {
    char path[TCN_CLI_PATH_BYTES];
    struct stat about;
    const uint64_t size_bytes = agent->outbox_mb * MIB;
    if (tcn_place_path(path, agent->dir, "data.mdb") != TCN_OK || stat(path, &about) != 0) {
        return size_bytes;
    }
    const uint64_t used_bytes = (uint64_t)about.st_size;
    return used_bytes < size_bytes ? size_bytes - used_bytes : 0;
}

/* The agents' folders that lie on one device share its room: what all of their outboxes may still
 * take. 0 when an agent before this one has been asked for that device. */
static uint64_t outboxes_rest(const struct tcn_doctor *doctor, uint32_t own) {
    struct stat about;
    struct stat other;
    uint64_t rest_bytes = TCN_ENV_DISK_RESERVE_BYTES;
    if (stat(doctor->files[own].config->agent.dir, &about) != 0) {
        return 0;
    }
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        if (!config->has_agent || stat(config->agent.dir, &other) != 0 ||
            other.st_dev != about.st_dev) {
            continue;
        }
        if (index < own) {
            return 0;
        }
        rest_bytes += outbox_rest(&config->agent);
    }
    return rest_bytes;
}

static void look_at_collector(struct tcn_doctor *doctor,
                              const struct tcn_config_collector *collector) {
    const struct store store = {"the collector", collector->dir, COLLECTOR_ROOM_BYTES};
    look_at_store(doctor, &store);
    look_at_map(doctor, collector->dir, "log", collector->map_gb * GIB);
    look_at_map(doctor, collector->dir, "state", collector->map_gb * GIB);
    look_at_map(doctor, collector->dir, "shares", collector->map_gb * GIB);
}

void tcn_doctor_disk(struct tcn_doctor *doctor) {
    uint32_t count = 0;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        /* Folders are made by the first start. */
        if (config->has_collector && access(config->collector.dir, F_OK) == 0) {
            look_at_collector(doctor, &config->collector);
            count++;
        }
        if (config->has_agent && access(config->agent.dir, F_OK) == 0) {
            const struct store store = {"all outboxes there", config->agent.dir,
                                        outboxes_rest(doctor, index)};
            look_at_store(doctor, &store);
            count++;
        }
    }
    if (count == 0) {
        tcn_doctor_skip(doctor, "no folder of databases is here yet");
    }
    tcn_doctor_fine(doctor, "%u folders on disks of this machine, with room", (unsigned)count);
}
