/* SPDX-License-Identifier: Apache-2.0 */
#include "link/zap.h"

#include <stdlib.h>
#include <string.h>

#define ZAP_ADDRESS "inproc://zeromq.zap.01"
#define ZAP_VERSION "1.0"
#define ZAP_HWM 1000
#define ZAP_FRAME_BYTES_MAX 65536
#define ZAP_DOMAIN_BYTES_MAX 255
#define ZAP_DOMAINS_MAX 2

/** The frames of a CURVE request on a router. Source: RFC 27, "The ZAP Request". */
enum request_frame {
    REQUEST_ROUTE,
    REQUEST_DELIMITER,
    REQUEST_VERSION,
    REQUEST_ID,
    REQUEST_DOMAIN,
    REQUEST_ADDRESS,
    REQUEST_IDENTITY,
    REQUEST_MECHANISM,
    REQUEST_KEY,
    REQUEST_FRAME_COUNT,
};

/** What is answered. */
enum verdict {
    VERDICT_ACCEPT,
    VERDICT_LATER,
    VERDICT_DENY,
    VERDICT_MALFORMED,
};

struct tcn_zap {
    struct tcn_sock *sock;
    struct tcn_zap_counts counts;
    char domains[ZAP_DOMAINS_MAX][ZAP_DOMAIN_BYTES_MAX + 1];
    size_t domain_count;
};

enum tcn_status tcn_zap_add(struct tcn_zap *zap, const char *domain) {
    size_t size = strnlen(domain, ZAP_DOMAIN_BYTES_MAX + 1);
    if (size == 0 || size > ZAP_DOMAIN_BYTES_MAX) {
        return TCN_CONFIG;
    }
    if (zap->domain_count == ZAP_DOMAINS_MAX) {
        return TCN_LIMIT;
    }
    memcpy(zap->domains[zap->domain_count], domain, size + 1);
    zap->domain_count++;
    return TCN_OK;
}

enum tcn_status tcn_zap_open(struct tcn_link *link, const char *domain, struct tcn_zap **out_zap) {
    struct tcn_zap *zap = calloc(1, sizeof(*zap));
    if (zap == NULL) {
        return TCN_NOMEM;
    }
    struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_LOCAL, .frame_bytes_max = ZAP_FRAME_BYTES_MAX, .hwm = ZAP_HWM};
    enum tcn_status status = tcn_zap_add(zap, domain);
    if (status == TCN_OK) {
        status = tcn_sock_open(link, &options, &zap->sock);
    }
    if (status == TCN_OK) {
        status = tcn_sock_bind(zap->sock, ZAP_ADDRESS);
    }
    if (status != TCN_OK) {
        tcn_zap_close(&zap);
        return status;
    }
    *out_zap = zap;
    return TCN_OK;
}

void tcn_zap_close(struct tcn_zap **zap) {
    if (zap == NULL || *zap == NULL) {
        return;
    }
    tcn_sock_close(&(*zap)->sock);
    free(*zap);
    *zap = NULL;
}

struct tcn_sock *tcn_zap_sock(struct tcn_zap *zap) {
    return zap->sock;
}

/** True when the request is whole enough to be answered. */
static bool request_is_answerable(const struct tcn_parts *request) {
    return request->count > REQUEST_ID && tcn_parts_frame(request, REQUEST_DELIMITER).size == 0 &&
           tcn_slice_is_text(tcn_parts_frame(request, REQUEST_VERSION), ZAP_VERSION);
}

/** Our own name of the domain that a request is for, or NULL. */
static const char *request_domain(const struct tcn_zap *zap, const struct tcn_parts *request) {
    for (size_t i = 0; i < zap->domain_count; i++) {
        if (tcn_slice_is_text(tcn_parts_frame(request, REQUEST_DOMAIN), zap->domains[i])) {
            return zap->domains[i];
        }
    }
    return NULL;
}

/** Decides one request; writes the user id only when it accepts. */
static enum verdict request_decide(const struct tcn_zap *zap, const struct tcn_parts *request,
                                   tcn_zap_lookup *lookup, void *context,
                                   char out_user_id[TCN_USER_ID_BYTES]) {
    const char *domain = request_domain(zap, request);
    if (!tcn_slice_is_text(tcn_parts_frame(request, REQUEST_MECHANISM), "CURVE") ||
        domain == NULL) {
        return VERDICT_DENY;
    }
    struct tcn_slice key = tcn_parts_frame(request, REQUEST_KEY);
    if (request->count != REQUEST_FRAME_COUNT || key.size != TCN_CURVE_KEY_BYTES) {
        return VERDICT_MALFORMED;
    }
    char user_id[TCN_USER_ID_BYTES] = {0};
    enum tcn_status status = lookup(context, domain, key.data, user_id);
    if (status == TCN_AGAIN || status == TCN_BUSY) {
        return VERDICT_LATER;
    }
    if (status != TCN_OK) {
        return VERDICT_DENY;
    }
    /* Whom nobody named could not be told from a peer that was never asked. */
    size_t size = strnlen(user_id, sizeof(user_id));
    TCN_CHECK(size > 0 && size < sizeof(user_id));
    memcpy(out_user_id, user_id, sizeof(user_id));
    return VERDICT_ACCEPT;
}

/** Sends the answer. A server socket that closed meanwhile needs none. */
static enum tcn_status request_answer(struct tcn_zap *zap, const struct tcn_parts *request,
                                      enum verdict verdict, const char *user_id) {
    static const char *const codes[] = {"200", "300", "400", "500"};
    static const char *const texts[] = {"accepted", "not now", "denied", "malformed request"};
    const struct tcn_slice answer[] = {
        tcn_parts_frame(request, REQUEST_ROUTE),
        tcn_slice_of(NULL, 0),
        tcn_slice_text(ZAP_VERSION),
        tcn_parts_frame(request, REQUEST_ID),
        tcn_slice_text(codes[verdict]),
        tcn_slice_text(texts[verdict]),
        tcn_slice_text(verdict == VERDICT_ACCEPT ? user_id : ""),
        tcn_slice_of(NULL, 0), /* metadata */
    };
    enum tcn_status status = tcn_sock_send(zap->sock, answer, sizeof(answer) / sizeof(answer[0]));
    return status == TCN_ABSENT || status == TCN_AGAIN ? TCN_OK : status;
}

/** Counts a verdict. */
static void verdict_count(struct tcn_zap *zap, enum verdict verdict) {
    switch (verdict) {
    case VERDICT_ACCEPT:
        zap->counts.accept_count++;
        return;
    case VERDICT_LATER:
        zap->counts.later_count++;
        return;
    case VERDICT_DENY:
        zap->counts.deny_count++;
        return;
    case VERDICT_MALFORMED:
        zap->counts.malformed_count++;
        return;
    }
    TCN_UNREACHABLE();
}

/** Decides and answers one request. */
static enum tcn_status request_step(struct tcn_zap *zap, const struct tcn_parts *request,
                                    tcn_zap_lookup *lookup, void *context) {
    if (!request_is_answerable(request)) {
        verdict_count(zap, VERDICT_MALFORMED);
        return TCN_OK;
    }
    char user_id[TCN_USER_ID_BYTES] = {0};
    enum verdict verdict = request_decide(zap, request, lookup, context, user_id);
    verdict_count(zap, verdict);
    return request_answer(zap, request, verdict, user_id);
}

enum tcn_status tcn_zap_step(struct tcn_zap *zap, tcn_zap_lookup *lookup, void *context) {
    struct tcn_parts request;
    tcn_parts_init(&request);
    enum tcn_status status = TCN_OK;
    for (size_t i = 0; i < TCN_ZAP_STEP_MAX && status == TCN_OK; i++) {
        status = tcn_sock_recv(zap->sock, &request);
        if (status == TCN_TOOBIG) {
            verdict_count(zap, VERDICT_MALFORMED);
            status = TCN_OK;
            continue;
        }
        if (status == TCN_OK) {
            status = request_step(zap, &request, lookup, context);
        }
    }
    tcn_parts_fini(&request);
    return status == TCN_AGAIN ? TCN_OK : status;
}

struct tcn_zap_counts tcn_zap_counts(const struct tcn_zap *zap) {
    return zap->counts;
}
