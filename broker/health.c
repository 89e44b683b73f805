/* SPDX-License-Identifier: Apache-2.0 */
#include "broker/health.h"

#include "base/clock.h"
#include "model/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define TELL_NS (60 * TCN_SECOND_NS)
/* Beside the connections: sockets, eventfds, the log, and connections that are in their handshake.
 */
#define DESCRIPTORS_BESIDE 1024
#define REASONS_BYTES 512

void tcn_broker_take_descriptors(void) {
    const rlim_t wanted = TCN_CONNECTIONS_MAX + DESCRIPTORS_BESIDE;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) {
        return;
    }
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit); /* what it does not give is missing later, and seen */
}

/* " kind=5 message_rate=3", or " none". */
static void write_reasons(const struct tcn_broker *broker, char out_text[REASONS_BYTES]) {
    size_t size = 0;
    (void)snprintf(out_text, REASONS_BYTES, " none");
    for (int i = TCN_HUB_REASON_NONE + 1; i < TCN_HUB_REASON_COUNT; i++) {
        const enum tcn_hub_reason reason = (enum tcn_hub_reason)i;
        const uint64_t count = tcn_hub_count(broker->hub, reason);
        if (count == 0 || size >= REASONS_BYTES) {
            continue;
        }
        int added = snprintf(out_text + size, REASONS_BYTES - size, " %s=%" PRIu64,
                             tcn_hub_reason_name(reason), count);
        size += added > 0 ? (size_t)added : 0;
    }
}

/* Changes with every count that means trouble, and with traffic. */
static uint64_t sum_of(const struct tcn_broker_counts *counts, const struct tcn_zap_counts *zap,
                       const struct tcn_hub *hub) {
    uint64_t sum = counts->up + counts->down + counts->lost_up + counts->lost_down +
                   counts->malformed + counts->untold + zap->accept_count + zap->later_count +
                   zap->deny_count + zap->malformed_count + counts->shut;
    for (int i = 0; i < TCN_HUB_REASON_COUNT; i++) {
        sum += tcn_hub_count(hub, (enum tcn_hub_reason)i);
    }
    return sum;
}

void tcn_broker_tell_counts(struct tcn_broker *broker, int64_t now_ns, bool is_last) {
    const struct tcn_broker_counts *counts = &broker->counts;
    const struct tcn_zap_counts zap = tcn_zap_counts(broker->zap);
    const uint64_t sum = sum_of(counts, &zap, broker->hub);
    if (sum == broker->told_sum || (!is_last && now_ns - broker->tell_ns < TELL_NS)) {
        return;
    }
    broker->tell_ns = now_ns;
    broker->told_sum = sum;
    char reasons[REASONS_BYTES];
    write_reasons(broker, reasons);
    tcn_log(broker->options.logger, TCN_LOG_INFO,
            "%" PRIu32 " connections, %" PRIu64 " up, %" PRIu64 " down, %" PRIu64
            " lost up, %" PRIu64 " lost down, %" PRIu64 " malformed, %" PRIu64
            " untold; door: %" PRIu64 " claims, %" PRIu64 " busy, %" PRIu64
            " dropped; keys: %" PRIu64 " accepted, %" PRIu64 " later, %" PRIu64 " denied, %" PRIu64
            " malformed; turned away:%s",
            tcn_hub_connection_count(broker->hub), counts->up, counts->down, counts->lost_up,
            counts->lost_down, counts->malformed, counts->untold, broker->guests.forward_count,
            broker->guests.busy_count, broker->guests.drop_count, zap.accept_count, zap.later_count,
            zap.deny_count, zap.malformed_count, reasons);
}

uint64_t tcn_broker_resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL) {
        return 0;
    }
    char line[128] = "";
    bool is_read = fgets(line, sizeof line, file) != NULL;
    (void)fclose(file);
    unsigned long long total = 0;
    unsigned long long resident = 0;
    if (!is_read || sscanf(line, "%llu %llu", &total, &resident) != 2) {
        return 0;
    }
    return (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}
