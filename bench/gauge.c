/* SPDX-License-Identifier: Apache-2.0 */
#include "gauge.h"

#include "base/clock.h"
#include "district.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads the first line of a file below /proc; false when there is none. */
static bool read_line(const char *path, char *out_line, size_t size) {
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    bool has_line = fgets(out_line, (int)size, file) != NULL;
    (void)fclose(file);
    return has_line;
}

/* CPU seconds out of a stat file; the name in it may hold anything but ends at the last ')'. */
static double stat_cpu_s(const char *path) {
    char line[1024];
    if (!read_line(path, line, sizeof line)) {
        return 0;
    }
    const char *rest = strrchr(line, ')');
    unsigned long user = 0;
    unsigned long system = 0;
    if (rest == NULL || sscanf(rest + 1, "%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %lu %lu",
                               &user, &system) != 2) {
        return 0;
    }
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double process_cpu_s(pid_t pid) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    return pid > 0 ? stat_cpu_s(path) : 0;
}

static double self_cpu_s(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Everything but idle and waiting for the disk: man 5 proc, /proc/stat. */
static double machine_cpu_s(void) {
    char line[256];
    unsigned long long user = 0;
    unsigned long long nice = 0;
    unsigned long long system = 0;
    unsigned long long soft = 0;
    if (!read_line("/proc/stat", line, sizeof line) ||
        sscanf(line, "cpu %llu %llu %llu %*u %*u %*u %llu", &user, &nice, &system, &soft) != 4) {
        return 0;
    }
    return (double)(user + nice + system + soft) / (double)sysconf(_SC_CLK_TCK);
}

/* A line "FIELD: N kB" of a process's status, in MiB. */
static double status_mb(pid_t pid, const char *field) {
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = pid > 0 ? fopen(path, "re") : NULL;
    if (file == NULL) {
        return 0;
    }
    char line[256];
    unsigned long kilobytes = 0;
    size_t size = strlen(field);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, size) == 0 && sscanf(line + size, " %lu", &kilobytes) == 1) {
            break;
        }
    }
    (void)fclose(file);
    return (double)kilobytes / 1024;
}

static void add_thread(struct bench_usage *usage, const char *name, double cpu_s) {
    uint32_t index = 0;
    while (index < usage->thread_count && strcmp(usage->threads[index].name, name) != 0) {
        index++;
    }
    if (index == BENCH_THREADS_MAX) {
        return;
    }
    struct bench_thread *thread = &usage->threads[index];
    if (index == usage->thread_count) {
        usage->thread_count++;
        (void)snprintf(thread->name, sizeof thread->name, "%s", name);
    }
    thread->cpu_s += cpu_s;
}

static void read_threads(pid_t pid, struct bench_usage *usage) {
    char path[320];
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = pid > 0 ? opendir(path) : NULL;
    if (folder == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char name[24];
        (void)snprintf(path, sizeof path, "/proc/%d/task/%.20s/comm", (int)pid, entry->d_name);
        if (entry->d_name[0] == '.' || !read_line(path, name, sizeof name)) {
            continue;
        }
        name[strcspn(name, "\n")] = '\0';
        (void)snprintf(path, sizeof path, "/proc/%d/task/%.20s/stat", (int)pid, entry->d_name);
        add_thread(usage, name, stat_cpu_s(path));
    }
    (void)closedir(folder);
}

void bench_usage_read(const struct bench_district *district, struct bench_usage *out_usage) {
    *out_usage = (struct bench_usage){.self_cpu_s = self_cpu_s(),
                                      .machine_cpu_s = machine_cpu_s(),
                                      .wall_s = (double)tcn_clock_monotonic_ns() / 1e9};
    for (uint32_t i = 0; i < district->children.count; i++) {
        const struct tcn_child *child = &district->children.list[i];
        if (strcmp(child->name, "broker") == 0) {
            out_usage->broker_cpu_s = process_cpu_s(child->pid);
            out_usage->broker_rss_mb = status_mb(child->pid, "VmRSS:");
        } else if (strcmp(child->name, "collector") == 0) {
            out_usage->collector_cpu_s = process_cpu_s(child->pid);
            out_usage->collector_rss_mb = status_mb(child->pid, "VmRSS:");
            out_usage->collector_anon_mb = status_mb(child->pid, "RssAnon:");
            read_threads(child->pid, out_usage);
        } else {
            out_usage->agents_cpu_s += process_cpu_s(child->pid);
        }
    }
}

void bench_usage_since(struct bench_usage *usage, const struct bench_usage *before) {
    usage->broker_cpu_s -= before->broker_cpu_s;
    usage->collector_cpu_s -= before->collector_cpu_s;
    usage->agents_cpu_s -= before->agents_cpu_s;
    usage->self_cpu_s -= before->self_cpu_s;
    usage->machine_cpu_s -= before->machine_cpu_s;
    usage->wall_s -= before->wall_s;
    for (uint32_t i = 0; i < before->thread_count; i++) {
        add_thread(usage, before->threads[i].name, -before->threads[i].cpu_s);
    }
}

double bench_usage_others(const struct bench_usage *usage) {
    double ours =
        usage->broker_cpu_s + usage->collector_cpu_s + usage->agents_cpu_s + usage->self_cpu_s;
    double others = usage->machine_cpu_s - ours;
    return usage->wall_s <= 0 || others <= 0 ? 0 : others / usage->wall_s;
}

uint64_t bench_folder_bytes(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return 0;
    }
    uint64_t bytes = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct stat file;
        if (fstatat(dirfd(folder), entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(file.st_mode)) {
            bytes += (uint64_t)file.st_blocks * 512;
        }
    }
    (void)closedir(folder);
    return bytes;
}
