/* SPDX-License-Identifier: Apache-2.0 */
/* Who listens where on this machine, as the kernel tells it: nothing is bound, nobody disturbed. */
#include "cli/doctor_judge.h"
#include "cli/ports.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 512
#define LINES_MAX 65536u
#define MEND_BYTES TCN_FINDING_MEND_BYTES

/* The socket that listens at a port. Read, not bound to: nobody is disturbed. */
static bool find_socket(const char *table, uint16_t port, uint64_t *out_inode) {
    char line[LINE_BYTES];
    bool is_found = false;
    FILE *file = fopen(table, "re");
    for (unsigned count = 0;
         file != NULL && !is_found && count < LINES_MAX && fgets(line, sizeof line, file) != NULL;
         count++) {
        uint16_t found = 0;
        is_found = tcn_doctor_listener(line, &found, out_inode) && found == port;
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return is_found;
}

/* True when the process has the socket open; false too when that may not be seen. */
static bool has_socket(const char *pid, uint64_t inode) {
    char path[64];
    char wanted[64];
    bool is_found = false;
    (void)snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
    (void)snprintf(wanted, sizeof wanted, "socket:[%" PRIu64 "]", inode);
    DIR *folder = opendir(path);
    const struct dirent *entry = folder == NULL ? NULL : readdir(folder);
    for (unsigned count = 0; entry != NULL && !is_found && count < LINES_MAX; count++) {
        char target[64];
        const ssize_t size = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        target[size > 0 ? size : 0] = '\0';
        is_found = strcmp(target, wanted) == 0;
        entry = readdir(folder);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return is_found;
}

static void read_program(const char *pid, char *out_program, size_t size) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
    FILE *file = fopen(path, "re");
    if (file != NULL && fgets(out_program, (int)size, file) != NULL) {
        out_program[strcspn(out_program, "\n")] = '\0';
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static void find_holder(struct tcn_doctor_holder *holder) {
    DIR *folder = opendir("/proc");
    const struct dirent *entry = folder == NULL ? NULL : readdir(folder);
    for (unsigned count = 0; entry != NULL && holder->pid == 0 && count < LINES_MAX; count++) {
        const char *name = entry->d_name;
        if (name[strspn(name, "0123456789")] == '\0' && has_socket(name, holder->inode)) {
            holder->pid = strtoll(name, NULL, 10);
            read_program(name, holder->program, sizeof holder->program);
        }
        entry = readdir(folder);
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

struct tcn_doctor_holder tcn_doctor_holder(uint16_t port) {
    struct tcn_doctor_holder holder = {0};
    holder.is_taken = find_socket("/proc/net/tcp", port, &holder.inode) ||
                      find_socket("/proc/net/tcp6", port, &holder.inode);
    if (holder.is_taken) {
        find_holder(&holder);
    }
    return holder;
}

/* One end of the broker: free, or the broker's. */
static void look_at_end(struct tcn_doctor *doctor, const char *what, const char *endpoint) {
    const uint16_t port = tcn_doctor_port(endpoint);
    if (port == 0) {
        return;
    }
    const struct tcn_doctor_holder holder = tcn_doctor_holder(port);
    /* The kernel keeps 15 bytes of a program's name. */
    const bool is_ours = strncmp(holder.program, "tocsin-broker", 13) == 0;
    /* Of another user's program nothing is seen; but somebody who answers as the broker is it. */
    const bool is_heard = holder.pid == 0 && doctor->has_stats;
    if (holder.is_taken && !is_ours && !is_heard) {
        char mend[MEND_BYTES];
        (void)snprintf(mend, sizeof mend,
                       "end that program (ss -ltnp 'sport = :%u' names it), or set another port "
                       "in the broker's file and in all that connect there",
                       (unsigned)port);
        tcn_doctor_say(doctor, holder.pid == 0 ? TCN_FINDING_WARN : TCN_FINDING_BAD, mend,
                       "%s: port %u is taken by %s", what, (unsigned)port,
                       holder.pid == 0 ? "a program of another user" : holder.program);
    }
    if (tcn_ports_is_given_here(port)) {
        char mend[MEND_BYTES];
        (void)snprintf(mend, sizeof mend,
                       "set a port below those of /proc/sys/net/ipv4/ip_local_port_range in the "
                       "broker's file and in all that connect there, or reserve it: sysctl -w "
                       "net.ipv4.ip_local_reserved_ports=%u",
                       (unsigned)port);
        tcn_doctor_say(doctor, TCN_FINDING_WARN, mend,
                       "%s: any connection that goes out may be given port %u", what,
                       (unsigned)port);
    }
}

void tcn_doctor_address(struct tcn_doctor *doctor) {
    const char *where = NULL;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config_broker *broker = &doctor->files[index].config->broker;
        if (!doctor->files[index].config->has_broker) {
            continue;
        }
        look_at_end(doctor, "front", broker->front);
        look_at_end(doctor, "back", broker->back);
        where = tcn_doctor_is_loopback(broker->front)
                    ? "the broker's front is for programs of this machine only"
                    : "the broker's front is open to the network, for listed keys";
    }
    if (where == NULL) {
        tcn_doctor_skip(doctor, "no broker is configured here");
    }
    tcn_doctor_fine(doctor, "%s", where);
}
