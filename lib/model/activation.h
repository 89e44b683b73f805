/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The word by which another policy takes the place of the one in force. It stands in the log in a
 * record of its own, beside the policy: head = the word, body = the policy's compiled tables,
 * signature by the administrator that it names.
 */
#ifndef TCN_MODEL_ACTIVATION_H
#define TCN_MODEL_ACTIVATION_H

#include "model/event.h"
#include "model/id.h"

#define TCN_ACTIVATION_FORMAT 1u

/** An activation. Signed by an administrator, context "tocsin.activation.1". */
struct tcn_activation {
    uint32_t format;
    struct tcn_id log_id; /**< the log that it is for */
    enum tcn_mode mode;   /**< of that log */
    uint32_t principal;   /**< the administrator */
    int64_t said_ns;
    uint64_t replaces;           /**< version of the policy that must be in force before it */
    uint64_t version;            /**< of the policy that it brings; larger */
    struct tcn_hash policy_hash; /**< of that policy's bytes */
    uint32_t fold_version;       /**< by which the log is folded from here on */
    bool restates;               /**< running clocks follow the new rules too */
    uint32_t policy_size;        /**< bytes of the body that are that policy; the text is behind */
    struct tcn_hash text_hash;   /**< of the text; all zero when there is none */
};

#endif
