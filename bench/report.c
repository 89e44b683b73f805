/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

static double per_million(double cpu_s, uint64_t count) {
    return count == 0 ? 0 : cpu_s / ((double)count / 1e6);
}

static double latency_ms(const struct bench_result *result, double percent) {
    return (double)tcn_latency_percentile(&result->latency, percent) / 1e6;
}

static void text_rates(FILE *out, const struct bench_result *result) {
    if (result->stored_count > 0) {
        (void)fprintf(out, "  %-22s %llu sent, %llu acknowledged, %llu stored\n", "in all",
                      (unsigned long long)result->sent_count,
                      (unsigned long long)result->total_count,
                      (unsigned long long)result->stored_count);
    }
    (void)fprintf(out, "  %-22s %12.0f events/s in %.1f s, %llu events", "rate", result->rate,
                  result->seconds, (unsigned long long)result->count);
    if (result->megabytes_rate > 0) {
        (void)fprintf(out, ", %.1f MB/s", result->megabytes_rate);
    }
    if (result->rate_set > 0) {
        (void)fprintf(out, " (asked for %u)", (unsigned)result->rate_set);
    }
    (void)fputc('\n', out);
    if (result->entered_rate > 0) {
        (void)fprintf(out, "  %-22s %12.0f events/s synced in outboxes\n", "entered",
                      result->entered_rate);
    }
    if (result->folded_rate > 0) {
        (void)fprintf(out, "  %-22s %12.0f events/s from the first chunk until all was folded\n",
                      "with the fold", result->folded_rate);
    }
    if (result->latency.count > 0) {
        (void)fprintf(out, "  %-22s p50 %.2f, p99 %.2f, p99.9 %.2f, max %.2f\n",
                      result->entered_rate > 0 ? "entering, ms" : "ack, ms", latency_ms(result, 50),
                      latency_ms(result, 99), latency_ms(result, 99.9),
                      (double)result->latency.max_ns / 1e6);
    }
}

static void text_usage(FILE *out, const struct bench_result *result) {
    const struct bench_usage *usage = &result->usage;
    const uint64_t count = result->total_count - result->fill_count;
    (void)fprintf(out, "  %-22s broker %.2f, collector %.2f", "CPU s per 10^6 events",
                  per_million(usage->broker_cpu_s, count),
                  per_million(usage->collector_cpu_s, count));
    if (usage->agents_cpu_s > 0) {
        (void)fprintf(out, ", agents %.2f", per_million(usage->agents_cpu_s, count));
    }
    (void)fprintf(out, ", this program %.2f\n", per_million(usage->self_cpu_s, count));
    (void)fprintf(out, "  %-22s", "  of the collector");
    for (uint32_t i = 0; i < usage->thread_count; i++) {
        const struct bench_thread *thread = &usage->threads[i];
        if (thread->cpu_s > 0) {
            (void)fprintf(out, " %s %.2f", thread->name, per_million(thread->cpu_s, count));
        }
    }
    (void)fprintf(out, "\n  %-22s broker %.0f, collector %.0f, of it not mapped files %.0f\n",
                  "resident, MiB", usage->broker_rss_mb, usage->collector_rss_mb,
                  usage->collector_anon_mb);
    (void)fprintf(out, "  %-22s %.2f processors\n", "others on this machine",
                  bench_usage_others(usage));
}

void bench_report_text(FILE *out, const struct bench_result *result) {
    (void)fprintf(out, "%s: %s; %s\n  %s%s\n", result->name, BENCH_DURABILITY, BENCH_TRANSPORT,
                  result->events, result->has_no_shares ? "; SHARES DROPPED" : "");
    if (!result->is_ok) {
        (void)fprintf(out, "  NOT GOOD: %s\n", result->fault);
    }
    if (result->total_count == 0) {
        return;
    }
    text_rates(out, result);
    if (result->group_events > 0) {
        (void)fprintf(out, "  %-22s", "sizes");
        if (result->chunk_events > 0) {
            (void)fprintf(out, " %.0f bytes an event, %.1f events a chunk,", result->event_bytes,
                          result->chunk_events);
        }
        (void)fprintf(out, " %.0f events a commit, %.2f alerts an event\n", result->group_events,
                      result->event_alerts);
        (void)fprintf(out, "  %-22s log %.0f, state %.0f, shares %.0f\n", "disk bytes an event",
                      result->log_bytes, result->state_bytes, result->shares_bytes);
        (void)fprintf(out, "  %-22s at most %llu events, %llu at the last ack, gone %.2f s later\n",
                      "fold behind the log", (unsigned long long)result->lag.max,
                      (unsigned long long)result->lag.end, result->lag.catch_s);
    }
    text_usage(out, result);
    (void)fflush(out);
}

static void usage_fields(struct tcn_json_writer *writer, const struct bench_result *result) {
    const struct bench_usage *usage = &result->usage;
    const uint64_t count = result->total_count - result->fill_count;
    tcn_json_object_begin(writer, "cpu_s_per_million");
    tcn_json_add_real(writer, "broker", per_million(usage->broker_cpu_s, count));
    tcn_json_add_real(writer, "collector", per_million(usage->collector_cpu_s, count));
    tcn_json_add_real(writer, "agents", per_million(usage->agents_cpu_s, count));
    tcn_json_add_real(writer, "bench", per_million(usage->self_cpu_s, count));
    tcn_json_object_end(writer);
    tcn_json_object_begin(writer, "collector_threads");
    for (uint32_t i = 0; i < usage->thread_count; i++) {
        tcn_json_add_real(writer, usage->threads[i].name,
                          per_million(usage->threads[i].cpu_s, count));
    }
    tcn_json_object_end(writer);
    tcn_json_object_begin(writer, "rss_mib");
    tcn_json_add_real(writer, "broker", usage->broker_rss_mb);
    tcn_json_add_real(writer, "collector", usage->collector_rss_mb);
    tcn_json_add_real(writer, "collector_anon", usage->collector_anon_mb);
    tcn_json_object_end(writer);
    tcn_json_add_real(writer, "others_cpus", bench_usage_others(usage));
}

static void rate_fields(struct tcn_json_writer *writer, const struct bench_result *result) {
    tcn_json_add_real(writer, "rate", result->rate);
    tcn_json_add_real(writer, "folded_rate", result->folded_rate);
    tcn_json_add_real(writer, "entered_rate", result->entered_rate);
    tcn_json_add_real(writer, "mb_per_s", result->megabytes_rate);
    tcn_json_object_begin(writer, "latency_ms");
    tcn_json_add_word(writer, "of", result->entered_rate > 0 ? "entering" : "ack");
    tcn_json_add_u64(writer, "count", result->latency.count);
    tcn_json_add_real(writer, "p50", latency_ms(result, 50));
    tcn_json_add_real(writer, "p99", latency_ms(result, 99));
    tcn_json_add_real(writer, "p999", latency_ms(result, 99.9));
    tcn_json_add_real(writer, "max", (double)result->latency.max_ns / 1e6);
    tcn_json_object_end(writer);
}

static void size_fields(struct tcn_json_writer *writer, const struct bench_result *result) {
    tcn_json_add_real(writer, "event_bytes", result->event_bytes);
    tcn_json_add_real(writer, "chunk_events", result->chunk_events);
    tcn_json_add_real(writer, "group_events", result->group_events);
    tcn_json_add_real(writer, "alerts_per_event", result->event_alerts);
    tcn_json_object_begin(writer, "fold_lag");
    tcn_json_add_u64(writer, "max", result->lag.max);
    tcn_json_add_u64(writer, "end", result->lag.end);
    tcn_json_add_real(writer, "catch_up_s", result->lag.catch_s);
    tcn_json_object_end(writer);
    tcn_json_object_begin(writer, "disk_bytes_per_event");
    tcn_json_add_real(writer, "log", result->log_bytes);
    tcn_json_add_real(writer, "state", result->state_bytes);
    tcn_json_add_real(writer, "shares", result->shares_bytes);
    tcn_json_object_end(writer);
}

void bench_report_fields(struct tcn_json_writer *writer, const struct bench_result *result) {
    tcn_json_add_word(writer, "case", result->name);
    tcn_json_add_bool(writer, "ok", result->is_ok);
    tcn_json_add_word(writer, "fault", result->is_ok ? NULL : result->fault);
    tcn_json_add_word(writer, "durability", BENCH_DURABILITY);
    tcn_json_add_word(writer, "transport", BENCH_TRANSPORT);
    tcn_json_add_word(writer, "events", result->events);
    tcn_json_add_bool(writer, "keeps_shares", !result->has_no_shares);
    tcn_json_add_u64(writer, "offices", result->publishers);
    tcn_json_add_u64(writer, "window", result->window);
    tcn_json_add_u64(writer, "rate_set", result->rate_set);
    tcn_json_add_real(writer, "seconds", result->seconds);
    tcn_json_add_u64(writer, "count", result->count);
    tcn_json_add_u64(writer, "sent", result->sent_count);
    tcn_json_add_u64(writer, "acked", result->total_count);
    tcn_json_add_u64(writer, "filled", result->fill_count);
    tcn_json_add_u64(writer, "stored", result->stored_count);
    rate_fields(writer, result);
    size_fields(writer, result);
    usage_fields(writer, result);
}
