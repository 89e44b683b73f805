/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the speed test share: the options, what one case found out, and the cases
 * themselves. A case founds a district of its own in a fresh folder, runs the real programs as
 * processes, measures, and takes everything down again. Main thread, unless said otherwise.
 */
#ifndef BENCH_H
#define BENCH_H

#include "base/latency.h"
#include "base/status.h"
#include "cli/cli.h"
#include "gauge.h"
#include "json/write.h"

#define BENCH_PUBLISHERS_MAX 9 /* offices of the default policy */
#define BENCH_WINDOW_MAX 4096  /* events that the collector lets a lane have unacknowledged */

/** What the acknowledgement of every case here means. */
#define BENCH_DURABILITY "fdatasync before ack, LMDB full sync"

/** The way between the programs: each configuration that `tocsin up` lays out is like this. */
#define BENCH_TRANSPORT "tcp loopback, CURVE on both legs"

/** What events are made of. */
enum bench_shape {
    BENCH_SHAPE_OPEN256, /**< 256 bytes each, no sealed part: the size other systems are shown at */
    BENCH_SHAPE_SEALED,  /**< as agents make them: reports and follow-ups carry a sealed text */
};

/** What to measure. Open: filled by options.c, read by all. */
struct bench_options {
    const char *dir;    /**< existing folder on the disk to be measured */
    const char *policy; /**< folder of the policy; NULL: found like `tocsin up` does */
    const char *cases;  /**< names, comma-separated */
    double seconds;     /**< that are counted, after the warm-up */
    double warm_seconds;
    uint32_t publishers;
    uint32_t window; /**< unacknowledged events of one publisher */
    uint32_t rate;   /**< events a second of all publishers in the cases `paced` */
    uint32_t fill; /**< events that the log holds, and the state, before a case of chunks begins */
    uint32_t runs;
    enum tcn_format format; /**< table (text for people), json or ndjson */
    bool is_kept;           /**< leave the folders */
    bool has_no_shares;     /**< drop the shares, to see what keeping them costs */
    int signals;            /**< signalfd; readable: stop. -1: none */
};

/** How the fold kept up. */
struct bench_lag {
    uint64_t max;   /**< events logged and not yet in the state on disk, at most, while sending */
    uint64_t end;   /**< the same when the last acknowledgement came */
    double catch_s; /**< from then until the state had everything */
};

/** What one case found out. Zero: not measured. */
struct bench_result {
    char name[32];
    const char *events; /**< what they are, one sentence */
    uint32_t publishers;
    uint32_t window;
    uint32_t rate_set;     /**< events a second asked for; 0: as fast as it goes */
    double seconds;        /**< that were counted */
    uint64_t count;        /**< events acknowledged in these seconds */
    uint64_t sent_count;   /**< in the whole case, warm-up too; for outboxes: entered */
    uint64_t total_count;  /**< acknowledged in the whole case; for replay: came */
    uint64_t fill_count;   /**< of these, before anything was measured */
    uint64_t stored_count; /**< that the collector has of all publishers, by their own sequences */
    double rate;           /**< count a second */
    double folded_rate;    /**< total_count a second, from the first chunk until all was folded */
    double entered_rate;   /**< events a second that outboxes had synced */
    double megabytes_rate;
    double event_bytes; /**< mean */
    double chunk_events;
    double group_events;
    double event_alerts;
    bool has_no_shares;
    struct tcn_latency latency; /**< of acknowledgements; of entering for outboxes */
    struct bench_lag lag;
    struct bench_usage usage; /**< of the whole case */
    double log_bytes;         /**< bytes an event that the files take on the disk */
    double state_bytes;
    double shares_bytes;
    bool is_ok;
    char fault[160]; /**< why not */
};

/** Chunks cut in memory, with the shape's events; paced at `rate` a second unless that is 0. Then
 * the replay of all of it. */
void bench_chunks(const struct bench_options *options, enum bench_shape shape, uint32_t rate,
                  struct bench_result *out_result, struct bench_result *out_replay);

/** The same through agents and their outboxes. */
void bench_outbox(const struct bench_options *options, enum bench_shape shape,
                  struct bench_result *out_result);

/** Notes why a result is not good; the first reason stays. */
__attribute__((format(printf, 2, 3))) void bench_fault(struct bench_result *result,
                                                       const char *format, ...);

/** Notes a failure as such a reason; TCN_OK is none. */
void bench_fault_status(struct bench_result *result, enum tcn_status status);

/** True once somebody asked this program to stop. */
bool bench_is_stopped(const struct bench_options *options);

/** Prints a result for people. */
void bench_report_text(FILE *out, const struct bench_result *result);

/** Writes a result's fields into the open object. */
void bench_report_fields(struct tcn_json_writer *writer, const struct bench_result *result);

#endif
