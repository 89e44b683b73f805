/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What processes use: CPU time and memory from /proc, bytes of folders. Numbers that cannot be read
 * are 0, so that a kernel without them costs a column and not the run.
 */
#ifndef BENCH_GAUGE_H
#define BENCH_GAUGE_H

#include <stdint.h>
#include <sys/types.h>

#define BENCH_THREADS_MAX 16

/** CPU seconds of the threads of one name. */
struct bench_thread {
    char name[24];
    double cpu_s;
};

/** What was used, or how the counters stand. */
struct bench_usage {
    double broker_cpu_s;
    double collector_cpu_s;
    double agents_cpu_s;  /**< all agents together */
    double self_cpu_s;    /**< this program: publishers, sampling, replay's reader */
    double machine_cpu_s; /**< everybody on this machine, the kernel too */
    double wall_s;
    struct bench_thread threads[BENCH_THREADS_MAX]; /**< of the collector, names once each */
    uint32_t thread_count;
    double broker_rss_mb;
    double collector_rss_mb; /**< the mapped databases count here */
    double collector_anon_mb;
};

struct bench_district;

/** How the counters of a district's programs and of this one stand now. */
void bench_usage_read(const struct bench_district *district, struct bench_usage *out_usage);

/** Takes the times of `before` off; memory stays. */
void bench_usage_since(struct bench_usage *usage, const struct bench_usage *before);

/** CPU seconds a second of whoever else was at work, 0 to the number of processors: a run beside
 * others says little. */
double bench_usage_others(const struct bench_usage *usage);

/** Bytes that the files of a folder take on the disk. */
uint64_t bench_folder_bytes(const char *path);

#endif
