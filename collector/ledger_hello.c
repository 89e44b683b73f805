/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/ledger_inside.h"

#include "core/sequencer.h"
#include "seal/hash.h"
#include "seal/random.h"
#include "seal/sign.h"
#include "wire/lane.h"

/* Opens both lanes of the new epoch and closes both of the one that it follows. */
static enum tcn_status put_epoch(struct tcn_ledger *ledger, const struct tcn_hello *hello,
                                 const struct tcn_greeting *greeting, uint64_t position) {
    static const enum tcn_lane lanes[] = {TCN_LANE_URGENT, TCN_LANE_ROUTINE};
    for (size_t i = 0; i < sizeof(lanes) / sizeof(lanes[0]); i++) {
        struct tcn_lane_key key = hello->lane;
        key.lane = lanes[i];
        struct tcn_mark mark = {0};
        tcn_mark_open(&key, hello->predecessor, position, &mark);
        enum tcn_status status = tcn_log_mark_put(ledger->house->log, &mark);
        if (status != TCN_OK) {
            return status;
        }
        key.epoch = greeting->fences;
        bool has = false;
        if (greeting->fences != 0) {
            status = tcn_ledger_mark(ledger, &key, &mark, &has);
        }
        if (status == TCN_OK && has) {
            tcn_mark_fence(&mark, hello->lane.epoch);
            tcn_lanes_fence(ledger->lanes, &key);
            status = tcn_log_mark_put(ledger->house->log, &mark);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return tcn_lanes_set_live(ledger->lanes, hello->lane.source, hello->lane.epoch);
}

static enum tcn_status append_hello(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                                    const struct tcn_hello *hello,
                                    const struct tcn_greeting *greeting) {
    const struct tcn_ledger_record made = {
        .kind = TCN_RECORD_HELLO,
        .lane = hello->lane,
        .position_count = 1,
        .principal = in->stamp.principal,
        .content_hash = in->note->content_hash,
        .chunk = {.head = in->chunk.head, .signature = in->chunk.signature},
        .feed_ns = INT64_MIN,
    };
    const uint64_t position = tcn_log_last_position(ledger->house->log) + 1;
    enum tcn_status status = tcn_ledger_append(ledger, &made);
    if (status == TCN_OK) {
        status = put_epoch(ledger, hello, greeting, position);
    }
    if (status == TCN_OK) {
        status = tcn_ledger_note_epoch(ledger, in, hello, position);
    }
    const struct tcn_event event = {
        .act = TCN_ACT_EPOCH_OPENED,
        .body_kind = TCN_BODY_EPOCH,
        .epoch = {.lane = hello->lane, .predecessor = hello->predecessor},
    };
    return status == TCN_OK ? tcn_ledger_apply_word(ledger, &event, position, NULL) : status;
}

/* WELCOME opens the lane's session; for one that nobody may use it only says so. */
static enum tcn_status welcome(struct tcn_ledger *ledger, const struct tcn_ledger_input *in,
                               const struct tcn_hello *hello, const struct tcn_greeting *greeting) {
    struct tcn_lane_place place = tcn_ledger_place(in, &hello->lane);
    place.session = 0;
    if (greeting->kind != TCN_GREETING_NEEDS_DESK) {
        place.session = tcn_random_u64() | 1;
        const enum tcn_status status = tcn_lanes_open(ledger->lanes, &place);
        if (status == TCN_LIMIT) {
            tcn_ledger_refuse(ledger, in, 0, TCN_LIMIT);
            return TCN_OK;
        }
        if (status != TCN_OK) {
            return status;
        }
        if (greeting->kind == TCN_GREETING_FENCED) {
            tcn_lanes_fence(ledger->lanes, &hello->lane);
        }
    }
    struct tcn_ledger_reply *reply = tcn_ledger_reply(ledger, in, TCN_LEDGER_REPLY_WELCOME);
    /* Its mark is as the open group has it, so it may not outlive the group. */
    reply->is_of_group = greeting->kind == TCN_GREETING_REGISTER || ledger->entry_count > 0;
    reply->welcome = (struct tcn_welcome){
        .session = place.session,
        .log_id = ledger->house->charter.genesis.log_id,
        .generation = ledger->house->generation,
        .mark_sequence = greeting->mark.sequence,
        .mark_hash = greeting->mark.hash,
        .credit_sequence = greeting->mark.sequence + TCN_CREDIT_EVENTS,
        .credit_bytes = TCN_CREDIT_BYTES,
        .bundle_version =
            tcn_charter_bundle_version(&ledger->house->charter, tcn_rights_policy(&ledger->rights),
                                       tcn_rights_registry(&ledger->rights)),
        .log_time_ns = ledger->group_time_ns,
        .is_fenced =
            greeting->kind == TCN_GREETING_FENCED || greeting->kind == TCN_GREETING_NEEDS_DESK,
        .hello_hash = in->note->content_hash,
    };
    tcn_ledger_tell_keys(ledger, in->stamp.principal, &hello->key_id, &reply->welcome);
    reply->welcome.erased = tcn_ledger_tell_erased(ledger, &hello->lane);
    return TCN_OK;
}

static enum tcn_status greet(struct tcn_ledger *ledger, const struct tcn_hello *hello,
                             bool is_allowed, struct tcn_greeting *out_greeting) {
    struct tcn_mark own = {0};
    struct tcn_mark live = {0};
    bool has_own = false;
    bool has_live = false;
    struct tcn_lane_key key = hello->lane;
    enum tcn_status status = tcn_ledger_mark(ledger, &key, &own, &has_own);
    key.epoch = tcn_lanes_live(ledger->lanes, hello->lane.source);
    if (status == TCN_OK && key.epoch != 0) {
        status = tcn_ledger_mark(ledger, &key, &live, &has_live);
    }
    if (status == TCN_OK && !has_own && !is_allowed) {
        const struct tcn_words words = tcn_ledger_words(ledger);
        status = tcn_words_is_allowed(&words, hello->lane.source, hello->lane.epoch, &is_allowed);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_sequencer_hello question = {
        .log_id = &ledger->house->charter.genesis.log_id,
        .hello = hello,
        .own = has_own ? &own : NULL,
        .live = has_live ? &live : NULL,
        .position = tcn_log_last_position(ledger->house->log) + 1,
        .is_allowed = is_allowed,
    };
    tcn_sequencer_hello(&question, out_greeting);
    return TCN_OK;
}

/* The desk is told of an outbox that waits for it, and of what waits in it. */
static void say_waiting(struct tcn_ledger *ledger, const struct tcn_hello *hello) {
    const struct tcn_event event = {
        .act = TCN_ACT_EPOCH_WAITS,
        .severity =
            hello->lane.lane == TCN_LANE_URGENT ? TCN_SEVERITY_URGENT : TCN_SEVERITY_SERIOUS,
        .observed = {.lane = hello->lane,
                     .predecessor = hello->predecessor,
                     .number = hello->last_sequence - hello->acked_sequence,
                     .hash = hello->last_hash},
    };
    (void)tcn_ledger_say(ledger, &event);
    tcn_ledger_alarm(ledger, &hello->lane, "its outbox waits for the desk: tocsin epoch ls");
}

enum tcn_status tcn_ledger_take_hello(struct tcn_ledger *ledger,
                                      const struct tcn_ledger_input *in) {
    struct tcn_hello hello = {0};
    tcn_arena_reset(&ledger->arena);
    enum tcn_status status = tcn_wire_hello_decode(in->chunk.head, &ledger->arena, &hello);
    TCN_CHECK(status == TCN_OK); /* intake has decoded these very bytes */
    if (ledger->is_storage_full) {
        tcn_ledger_refuse(ledger, in, 0, TCN_FULL);
        return TCN_OK;
    }
    if (tcn_ledger_check_speaker(ledger, in, &hello.key_id) != TCN_OK) {
        tcn_ledger_refuse(ledger, in, 0, TCN_REVOKED);
        return TCN_OK;
    }
    struct tcn_greeting greeting = {0};
    status = greet(ledger, &hello, false, &greeting);
    if (status != TCN_OK) {
        return status;
    }
    if (greeting.kind == TCN_GREETING_FOREIGN || greeting.kind == TCN_GREETING_BAD) {
        tcn_ledger_refuse(ledger, in, 0, greeting.code);
        return TCN_OK;
    }
    tcn_ledger_heard(ledger, hello.lane.source);
    if (greeting.is_rolled_back) {
        tcn_ledger_alarm(ledger, &hello.lane, "the outbox holds less than the log, or other");
    }
    if (greeting.kind == TCN_GREETING_NEEDS_DESK) {
        say_waiting(ledger, &hello);
    }
    if (greeting.kind == TCN_GREETING_REGISTER) {
        status = append_hello(ledger, in, &hello, &greeting);
        if (status == TCN_FULL) {
            tcn_ledger_refuse(ledger, in, 0, TCN_FULL);
            return tcn_ledger_give_up(ledger);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return welcome(ledger, in, &hello, &greeting);
}

/* True when a key that the principal has now signed the HELLO: then it verifies in this log, too.
 */
static bool is_signed(const struct tcn_ledger *ledger, const struct tcn_journal_entry *entry) {
    const struct tcn_slice head = tcn_slice_of(entry->head, entry->head_size);
    const struct tcn_principal *row = tcn_ledger_principal(ledger, entry->principal);
    if (row == NULL || row->status != TCN_PRINCIPAL_ACTIVE || row->source != entry->lane.source) {
        return false;
    }
    return tcn_verify(&row->signing_key, TCN_CONTEXT_HELLO, head, &entry->signature) == TCN_OK ||
           (row->old_until_ns != 0 && tcn_verify(&row->old_signing_key, TCN_CONTEXT_HELLO, head,
                                                 &entry->signature) == TCN_OK);
}

enum tcn_status tcn_ledger_repeat_hello(struct tcn_ledger *ledger,
                                        const struct tcn_journal_entry *entry) {
    const struct tcn_slice head = tcn_slice_of(entry->head, entry->head_size);
    struct tcn_hello hello = {0};
    tcn_arena_reset(&ledger->arena);
    if (!is_signed(ledger, entry) ||
        tcn_wire_hello_decode(head, &ledger->arena, &hello) != TCN_OK) {
        return TCN_DENIED;
    }
    struct tcn_greeting greeting = {0};
    const enum tcn_status status = greet(ledger, &hello, true, &greeting);
    if (status != TCN_OK) {
        return status;
    }
    if (greeting.kind != TCN_GREETING_REGISTER) {
        return greeting.kind == TCN_GREETING_FOREIGN || greeting.kind == TCN_GREETING_BAD
                   ? TCN_DENIED
                   : TCN_EXISTS;
    }
    const struct tcn_note_checked note = {
        .kind = TCN_KIND_HELLO, .content_hash = tcn_hash_in_context(TCN_CONTEXT_HELLO, head)};
    const struct tcn_ledger_input in = {
        .stamp = {.principal = entry->principal},
        .note = &note,
        .chunk = {.head = head,
                  .signature =
                      tcn_slice_of(entry->signature.bytes, sizeof(entry->signature.bytes))},
    };
    return append_hello(ledger, &in, &hello, &greeting);
}
