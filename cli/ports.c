/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ports.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PORT 20000u
#define LEAST_COUNT 1000u /* fewer than that are no choice */
#define RANGE_FILE "/proc/sys/net/ipv4/ip_local_port_range"
#define RESERVED_FILE "/proc/sys/net/ipv4/ip_local_reserved_ports"
#define LINE_BYTES 1024

uint16_t tcn_ports_low(const char *range) {
    char *end = NULL;
    const unsigned long low = strtoul(range, &end, 10);
    return end != range && low > 0 && low <= UINT16_MAX ? (uint16_t)low : 0;
}

/** Reads a port, or two with a hyphen or blanks between; behind them `out_rest`. */
static bool read_span(const char *text, unsigned long out_span[2], const char **out_rest) {
    char *end = NULL;
    out_span[0] = strtoul(text, &end, 10);
    if (end == text) {
        return false;
    }
    out_span[1] = out_span[0];
    if (*end == '-' || *end == '\t' || *end == ' ') {
        const char *second = end + 1;
        out_span[1] = strtoul(second, &end, 10);
        out_span[1] = end == second ? out_span[0] : out_span[1];
    }
    *out_rest = end;
    return true;
}

bool tcn_ports_is_given(const char *range, const char *reserved, uint16_t port) {
    unsigned long span[2] = {0};
    const char *rest = range;
    if (!read_span(range, span, &rest) || port < span[0] || port > span[1]) {
        return false;
    }
    rest = reserved;
    while (read_span(rest, span, &rest)) {
        if (port >= span[0] && port <= span[1]) {
            return false;
        }
        rest += *rest == ',' ? 1 : 0;
    }
    return true;
}

/** The first line of a file; an empty one when there is none. */
static void read_line(const char *path, char out_line[LINE_BYTES]) {
    FILE *file = fopen(path, "re");
    out_line[0] = '\0';
    if (file != NULL) {
        if (fgets(out_line, LINE_BYTES, file) == NULL) {
            out_line[0] = '\0';
        }
        (void)fclose(file);
    }
}

bool tcn_ports_is_given_here(uint16_t port) {
    char range[LINE_BYTES];
    char reserved[LINE_BYTES];
    read_line(RANGE_FILE, range);
    read_line(RESERVED_FILE, reserved);
    return tcn_ports_is_given(range, reserved, port);
}

/** Binds a port; 0: any. Gives the descriptor that holds it, or -1. */
static int bind_port(uint16_t port, uint16_t *out_port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return -1;
    }
    if (bind(descriptor, (struct sockaddr *)&address, size) != 0 ||
        getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) {
        (void)close(descriptor);
        return -1;
    }
    *out_port = ntohs(address.sin_port);
    return descriptor;
}

/** The next free one of `room` ports from FIRST_PORT on, beginning at *at. */
static int bind_next(uint32_t room, uint32_t *at, uint16_t *out_port) {
    for (uint32_t tried = 0; tried < room; tried++) {
        const uint16_t port = (uint16_t)(FIRST_PORT + *at);
        *at = (*at + 1) % room;
        const int descriptor = bind_port(port, out_port);
        if (descriptor >= 0) {
            return descriptor;
        }
    }
    return -1;
}

enum tcn_status tcn_ports_take(uint16_t low, uint64_t chance, size_t count, uint16_t *out_ports) {
    int held[TCN_PORTS_MAX]; /* each until all are taken, so that they differ */
    uint16_t ports[TCN_PORTS_MAX];
    size_t taken = 0;
    if (count > TCN_PORTS_MAX) {
        return TCN_TOOBIG;
    }
    const uint32_t room = low > FIRST_PORT + LEAST_COUNT ? low - FIRST_PORT : 0;
    uint32_t at = room > 0 ? (uint32_t)(chance % room) : 0;
    while (taken < count) {
        held[taken] = room > 0 ? bind_next(room, &at, &ports[taken]) : bind_port(0, &ports[taken]);
        if (held[taken] < 0) {
            break;
        }
        taken++;
    }
    for (size_t i = 0; i < taken; i++) {
        (void)close(held[i]);
    }
    if (taken < count) {
        return TCN_IO;
    }
    memcpy(out_ports, ports, count * sizeof(*ports));
    return TCN_OK;
}

enum tcn_status tcn_ports_take_here(size_t count, uint16_t *out_ports) {
    char range[LINE_BYTES];
    read_line(RANGE_FILE, range);
    const uint64_t chance = (uint64_t)tcn_clock_monotonic_ns() ^ (uint64_t)getpid() << 20;
    return tcn_ports_take(tcn_ports_low(range), chance, count, out_ports);
}
