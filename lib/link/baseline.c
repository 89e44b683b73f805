/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The socket baseline, one function for every socket of the system. Each option closes a way in
 * which libzmq 4.3.4 loses, waits for ever, grows without bound or lets a stranger in by default.
 */
#include "link/handle.h"

#include <limits.h>
#include <string.h>

/* ZMQ_ZAP_ENFORCE_DOMAIN stands in the draft part of the header but works in every build of 4.3.4.
 * Without it a CURVE server whose ZAP handler is not there accepts every key. */
#define OPTION_ZAP_ENFORCE_DOMAIN 93

#define HANDSHAKE_MS 5000
#define HEARTBEAT_MS 5000
#define HEARTBEAT_TIMEOUT_MS 15000
#define HEARTBEAT_TIMEOUT_MS_MAX 6000000 /* the protocol counts it in 16 bits of 0.1 s */
/* Eleven days: a dealer's foreign socket is gone long before. What libzmq adds at random, at most
 * as much again, still fits its int. */
#define RECONNECT_MS_NEVER 1000000000
#define CONNECT_TIMEOUT_MS 5000
#define BACKLOG 4096
#define ZAP_DOMAIN_BYTES_MAX 255

/** An option of type int and its value. */
struct option_row {
    int option;
    int value;
};

/** Sets a table of options; the first that does not take fails the whole. */
static enum tcn_status rows_set(void *handle, const struct option_row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (zmq_setsockopt(handle, rows[i].option, &rows[i].value, sizeof(rows[i].value)) != 0) {
            return TCN_CONFIG;
        }
    }
    return TCN_OK;
}

/** Sets one option that is not an int. */
static enum tcn_status bytes_set(void *handle, int option, const void *data, size_t size) {
    return zmq_setsockopt(handle, option, data, size) == 0 ? TCN_OK : TCN_CONFIG;
}

/** True when the role's handshake authenticates. */
static bool role_is_curve(enum tcn_sock_role role) {
    return role == TCN_SOCK_ROUTER_SERVER || role == TCN_SOCK_DEALER_CLIENT;
}

/** True when a domain is given and can be asked for. */
static bool domain_is_usable(const char *domain) {
    return domain != NULL && domain[0] != '\0' &&
           strnlen(domain, ZAP_DOMAIN_BYTES_MAX + 1) <= ZAP_DOMAIN_BYTES_MAX;
}

/** Checks that exactly the keys of the role are given: a key too many is a mix-up too. */
static bool keys_fit_role(const struct tcn_sock_options *options) {
    bool is_server = options->role == TCN_SOCK_ROUTER_SERVER;
    bool is_client = options->role == TCN_SOCK_DEALER_CLIENT;
    return (options->secret_key != NULL) == role_is_curve(options->role) &&
           (options->public_key != NULL) == is_client &&
           (options->server_key != NULL) == is_client &&
           options->server_key_count <= (is_client ? TCN_SERVER_KEYS_MAX : 0) &&
           (is_server ? domain_is_usable(options->zap_domain) : options->zap_domain == NULL);
}

/** Checks every bound before libzmq sees it: for several options 0 or -1 would mean "no bound". */
static enum tcn_status options_check(const struct tcn_sock_options *options) {
    if (options->hwm < 1 || options->hwm > TCN_SOCK_HWM_MAX || options->frame_bytes_max < 1 ||
        options->frame_bytes_max > INT_MAX || options->message_bytes_max > INT_MAX ||
        options->heartbeat_timeout_ms > HEARTBEAT_TIMEOUT_MS_MAX) {
        return TCN_CONFIG;
    }
    if (options->insecure_loopback && role_is_curve(options->role)) {
        return TCN_CONFIG;
    }
    return keys_fit_role(options) ? TCN_OK : TCN_CONFIG;
}

/** What every role has in common. */
static enum tcn_status common_set(void *handle, const struct tcn_sock_options *options) {
    int hwm = (int)options->hwm;
    int silence_ms = options->heartbeat_timeout_ms > 0 ? (int)options->heartbeat_timeout_ms
                                                       : HEARTBEAT_TIMEOUT_MS;
    uint64_t spread = TCN_RECONNECT_MS_MAX - TCN_RECONNECT_MS_MIN + 1;
    int reconnect_ms = TCN_RECONNECT_MS_MIN + (int)(options->random % spread);
    const struct option_row rows[] = {
        {ZMQ_LINGER, 0},
        {ZMQ_SNDHWM, hwm},
        {ZMQ_RCVHWM, hwm},
        {ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS},
        {ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS},
        {ZMQ_HEARTBEAT_TIMEOUT, silence_ms},
        {ZMQ_HEARTBEAT_TTL, silence_ms},
        {ZMQ_TCP_MAXRT, silence_ms},
        {ZMQ_RECONNECT_IVL, reconnect_ms},
        {ZMQ_RECONNECT_IVL_MAX, TCN_RECONNECT_MS_LIMIT},
        {ZMQ_CONNECT_TIMEOUT, CONNECT_TIMEOUT_MS},
        {ZMQ_BACKLOG, BACKLOG},
        {ZMQ_IPV6, options->ipv6 ? 1 : 0},
    };
    enum tcn_status status = rows_set(handle, rows, sizeof(rows) / sizeof(rows[0]));
    if (status != TCN_OK) {
        return status;
    }
    int64_t frame_bytes_max = (int64_t)options->frame_bytes_max;
    return bytes_set(handle, ZMQ_MAXMSGSIZE, &frame_bytes_max, sizeof(frame_bytes_max));
}

/** A router refuses unknown peers aloud, and nobody takes over another's routing id. */
static enum tcn_status router_set(void *handle) {
    const struct option_row rows[] = {{ZMQ_ROUTER_MANDATORY, 1}, {ZMQ_ROUTER_HANDOVER, 0}};
    return rows_set(handle, rows, sizeof(rows) / sizeof(rows[0]));
}

/** A dealer's foreign socket calls once and keeps its pipe to the end; dial.h says why. */
static enum tcn_status dealer_set(void *handle) {
    const struct option_row rows[] = {{ZMQ_IMMEDIATE, 0}, {ZMQ_RECONNECT_IVL, RECONNECT_MS_NEVER}};
    return rows_set(handle, rows, sizeof(rows) / sizeof(rows[0]));
}

/** A CURVE server asks the ZAP handler, and without an answer it refuses. */
static enum tcn_status server_set(void *handle, const struct tcn_sock_options *options) {
    const struct option_row rows[] = {{ZMQ_CURVE_SERVER, 1}, {OPTION_ZAP_ENFORCE_DOMAIN, 1}};
    enum tcn_status status =
        bytes_set(handle, ZMQ_ZAP_DOMAIN, options->zap_domain, strlen(options->zap_domain));
    if (status == TCN_OK) {
        status = rows_set(handle, rows, sizeof(rows) / sizeof(rows[0]));
    }
    if (status == TCN_OK) {
        status = bytes_set(handle, ZMQ_CURVE_SECRETKEY, options->secret_key, TCN_CURVE_KEY_BYTES);
    }
    return status;
}

/** A CURVE client speaks only to the server whose key it holds. */
static enum tcn_status client_set(void *handle, const struct tcn_sock_options *options) {
    enum tcn_status status =
        bytes_set(handle, ZMQ_CURVE_SERVERKEY, options->server_key, TCN_CURVE_KEY_BYTES);
    if (status == TCN_OK) {
        status = bytes_set(handle, ZMQ_CURVE_PUBLICKEY, options->public_key, TCN_CURVE_KEY_BYTES);
    }
    if (status == TCN_OK) {
        status = bytes_set(handle, ZMQ_CURVE_SECRETKEY, options->secret_key, TCN_CURVE_KEY_BYTES);
    }
    return status;
}

/** What only some roles have. */
static enum tcn_status role_set(void *handle, const struct tcn_sock_options *options) {
    enum tcn_status status = TCN_OK;
    switch (options->role) {
    case TCN_SOCK_ROUTER_SERVER:
        status = router_set(handle);
        return status == TCN_OK ? server_set(handle, options) : status;
    case TCN_SOCK_DEALER_CLIENT:
        status = dealer_set(handle);
        return status == TCN_OK ? client_set(handle, options) : status;
    case TCN_SOCK_ROUTER_LOCAL:
        return router_set(handle);
    case TCN_SOCK_DEALER_LOCAL:
        return dealer_set(handle);
    case TCN_SOCK_PAIR:
        return TCN_OK;
    }
    TCN_UNREACHABLE();
}

enum tcn_status tcn_baseline_apply(void *handle, const struct tcn_sock_options *options) {
    enum tcn_status status = options_check(options);
    if (status != TCN_OK) {
        return status;
    }
    status = common_set(handle, options);
    if (status != TCN_OK) {
        return status;
    }
    return role_set(handle, options);
}
