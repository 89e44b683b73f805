/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor_judge.h"

#include "base/text.h"
#include "model/limits.h"

#include <inttypes.h>
#include <string.h>

#define FILL_WARN 80
#define FILL_BAD 95
#define LISTENING 0x0A /* of /proc/net/tcp. Source: linux, include/net/tcp_states.h */
#define OTHERS_BITS 077u

enum tcn_finding_state tcn_doctor_judge_expiry(int64_t not_before_ns, int64_t not_after_ns,
                                               int64_t now_ns) {
    if (now_ns < not_before_ns || (not_after_ns != 0 && now_ns >= not_after_ns)) {
        return TCN_FINDING_BAD;
    }
    bool is_near = not_after_ns != 0 && not_after_ns - now_ns < TCN_DOCTOR_EXPIRY_NS;
    return is_near ? TCN_FINDING_WARN : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_fill(uint64_t used_bytes, uint64_t size_bytes) {
    if (size_bytes == 0) {
        return TCN_FINDING_OK;
    }
    /* Divided first: the product may not fit. */
    uint64_t percent = used_bytes / (size_bytes / 100 + 1);
    return percent >= FILL_BAD    ? TCN_FINDING_BAD
           : percent >= FILL_WARN ? TCN_FINDING_WARN
                                  : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_room(uint64_t free_bytes, uint64_t reserve_bytes,
                                             uint64_t wanted_bytes) {
    return free_bytes < reserve_bytes  ? TCN_FINDING_BAD
           : free_bytes < wanted_bytes ? TCN_FINDING_WARN
                                       : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_wait(int64_t oldest_ns, int64_t oldest_urgent_ns,
                                             int64_t now_ns) {
    bool is_urgent_late = oldest_urgent_ns != 0 && now_ns - oldest_urgent_ns > TCN_DOCTOR_URGENT_NS;
    bool is_late = oldest_ns != 0 && now_ns - oldest_ns > TCN_DOCTOR_ROUTINE_NS;
    return is_urgent_late || is_late ? TCN_FINDING_WARN : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_end(int64_t not_after_ns, int64_t now_ns) {
    if (not_after_ns == 0 || not_after_ns - TCN_DOCTOR_END_NS > now_ns) {
        return TCN_FINDING_OK;
    }
    return not_after_ns <= now_ns ? TCN_FINDING_BAD : TCN_FINDING_WARN;
}

enum tcn_finding_state tcn_doctor_judge_lag(uint64_t event_count) {
    return event_count > TCN_STATE_COMMIT_EVENTS ? TCN_FINDING_WARN : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_clock(int64_t log_time_ns, int64_t now_ns) {
    return log_time_ns - now_ns > TCN_DOCTOR_CLOCK_NS ? TCN_FINDING_BAD : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_mode(uint32_t mode) {
    return (mode & OTHERS_BITS) != 0 ? TCN_FINDING_BAD : TCN_FINDING_OK;
}

enum tcn_finding_state tcn_doctor_judge_seals(const struct tcn_public_key *newest,
                                              const struct tcn_public_key *held,
                                              uint32_t held_count) {
    for (uint32_t index = 0; index < held_count; index++) {
        if (memcmp(held[index].bytes, newest->bytes, sizeof newest->bytes) == 0) {
            return TCN_FINDING_OK;
        }
    }
    return TCN_FINDING_WARN;
}

enum tcn_finding_state tcn_doctor_judge_version(const char *version, const char *tested) {
    int found[3] = {0};
    int known[3] = {0};
    if (sscanf(version, "%4d.%4d.%4d", &found[0], &found[1], &found[2]) != 3 ||
        sscanf(tested, "%4d.%4d.%4d", &known[0], &known[1], &known[2]) != 3) {
        return TCN_FINDING_WARN;
    }
    for (size_t index = 0; index < 3; index++) {
        if (found[index] < known[index]) {
            return TCN_FINDING_BAD;
        }
        if (found[index] > known[index]) {
            return index == 2 ? TCN_FINDING_OK : TCN_FINDING_WARN;
        }
    }
    return TCN_FINDING_OK;
}

bool tcn_doctor_is_loopback(const char *endpoint) {
    static const char *const starts[] = {"ipc://", "tcp://127.",
                                         "tcp://localhost:", "tcp://[::1]:"};
    for (size_t index = 0; index < sizeof starts / sizeof starts[0]; index++) {
        if (strncmp(endpoint, starts[index], strlen(starts[index])) == 0) {
            return true;
        }
    }
    return false;
}

uint16_t tcn_doctor_port(const char *endpoint) {
    const char *colon = strrchr(endpoint, ':');
    uint64_t port = 0;
    if (strncmp(endpoint, "tcp://", 6) != 0 || colon == NULL ||
        tcn_text_to_u64(tcn_slice_text(colon + 1), &port) != TCN_OK || port > UINT16_MAX) {
        return 0;
    }
    return (uint16_t)port;
}

bool tcn_doctor_listener(const char *line, uint16_t *out_port, uint64_t *out_inode) {
    unsigned port = 0;
    unsigned state = 0;
    uint64_t inode = 0;
    /* "sl: local:port remote:port state queues timer retransmits uid timeout inode" */
    if (sscanf(line,
               " %*5u: %*32[0-9A-F]:%4x %*32[0-9A-F]:%*4x %2x %*32s %*32s %*32s %*10u %*10u "
               "%" SCNu64,
               &port, &state, &inode) != 3 ||
        state != LISTENING) {
        return false;
    }
    *out_port = (uint16_t)port;
    *out_inode = inode;
    return true;
}

void tcn_doctor_wrap(FILE *out, const char *text, int width, int indent) {
    int column = indent;
    bool is_first = true;
    while (*text != '\0') {
        int size = (int)strcspn(text, " ");
        if (!is_first && column + 1 + size > width) {
            (void)fprintf(out, "\n%*s", indent, "");
            column = indent;
            is_first = true;
        }
        (void)fprintf(out, "%s%.*s", is_first ? "" : " ", size, text);
        column += size + (is_first ? 0 : 1);
        is_first = false;
        text += size;
        text += strspn(text, " ");
    }
    (void)fputc('\n', out);
}
