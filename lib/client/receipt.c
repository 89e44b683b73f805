/* SPDX-License-Identifier: Apache-2.0 */
#include "client/receipt.h"

#include "seal/tree.h"
#include "wire/lane.h"

enum tcn_status tcn_receipt_read(struct tcn_slice bytes, const struct tcn_public_key *collector_key,
                                 struct tcn_arena *arena, struct tcn_receipt_body *out_body) {
    struct tcn_receipt receipt;
    enum tcn_status status = tcn_wire_receipt_decode(bytes, arena, &receipt);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_receipt_verify(&receipt, collector_key);
    if (status != TCN_OK) {
        return status == TCN_BAD_VALUE ? TCN_BAD_SIGNATURE : status;
    }
    return tcn_wire_receipt_body_decode(receipt.body, arena, out_body);
}
