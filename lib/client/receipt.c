/* SPDX-License-Identifier: Apache-2.0 */
#include "client/receipt.h"

#include "seal/tree.h"
#include "wire/lane.h"

enum tcn_status tcn_receipt_read(struct tcn_slice bytes, const struct tcn_keyring *ring,
                                 struct tcn_arena *arena, struct tcn_receipt_body *out_body) {
    struct tcn_receipt receipt;
    struct tcn_receipt_body body;
    struct tcn_root_memo memo = {0};
    enum tcn_status status = tcn_wire_receipt_decode(bytes, arena, &receipt);
    if (status == TCN_OK) {
        status = tcn_wire_receipt_body_decode(receipt.body, arena, &body);
    }
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_keyring_receipt(ring, &receipt, &body, &memo);
    if (status == TCN_OK) {
        *out_body = body;
    }
    return status == TCN_BAD_VALUE ? TCN_BAD_SIGNATURE : status;
}
