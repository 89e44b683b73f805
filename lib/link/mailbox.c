/* SPDX-License-Identifier: Apache-2.0 */
#include "link/mailbox.h"

#include <limits.h>
#include <stdio.h>

enum tcn_status tcn_mailbox_open(struct tcn_link *link, const char *name, enum tcn_mailbox_end end,
                                 size_t count_max, struct tcn_sock **out_sock) {
    char address[TCN_ADDRESS_BYTES];
    int size = snprintf(address, sizeof(address), "inproc://mailbox/%s", name);
    if (name[0] == '\0' || size < 0 || (size_t)size >= sizeof(address)) {
        return TCN_CONFIG;
    }
    if (count_max < 1 || count_max > TCN_SOCK_HWM_MAX) {
        return TCN_CONFIG;
    }
    /* In one process libzmq adds the sender's and the receiver's marks, so each end has half. What
     * passes is our own, already bounded where it came in. */
    struct tcn_sock_options options = {
        .role = TCN_SOCK_PAIR, .frame_bytes_max = INT_MAX, .hwm = (count_max + 1) / 2};
    options.message_bytes_max = INT_MAX;
    struct tcn_sock *sock = NULL;
    enum tcn_status status = tcn_sock_open(link, &options, &sock);
    if (status != TCN_OK) {
        return status;
    }
    status =
        end == TCN_MAILBOX_FIRST ? tcn_sock_bind(sock, address) : tcn_sock_connect(sock, address);
    if (status != TCN_OK) {
        tcn_sock_close(&sock);
        return status;
    }
    *out_sock = sock;
    return TCN_OK;
}

enum tcn_status tcn_mailbox_post(struct tcn_sock *sock, struct tcn_parts *parts) {
    return tcn_parts_send(sock, parts, 0);
}

enum tcn_status tcn_mailbox_take(struct tcn_sock *sock, struct tcn_parts *parts) {
    return tcn_sock_recv(sock, parts);
}
