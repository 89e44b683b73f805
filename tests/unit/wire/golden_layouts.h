/* SPDX-License-Identifier: Apache-2.0 */
/* How the rows of each store are laid out, as their sources state it; for golden_store.h. */
#ifndef TESTS_WIRE_GOLDEN_LAYOUTS_H
#define TESTS_WIRE_GOLDEN_LAYOUTS_H

#include "golden_shifts.h"
#include "golden_state.h"

#define LANE_KEY "source:u4 epoch:u8 lane:u1"
#define SEQUENCE_KEY LANE_KEY " sequence:u8"
#define CHECKSUM " checksum:b8"
#define DUE_KEY "kind:u1 subject:u8 rule:u4"
#define STREAM_KEY "mode:u1 organ:u2"
#define STANDING_KEY "kind:u1 source:u4 epoch:u8 organ:u2 hash:b32"
#define STANDING_VALUE                                                                             \
    "version:u1 position:u8 since_ns:i8 number:u8 other_number:u8 allowed_position:u8" CHECKSUM

/** How one database's rows are laid out; `key` is a text where it is a word. */
struct store_layout {
    const char *database;
    const char *only; /**< the one key that it is for; NULL: every key */
    const char *key;
    const char *value;
};

static const struct store_layout log_layouts[] = {
    {"records", NULL, "first_position:u8",
     "version:u1 kind:u1 lane:u1 zero:u1 count:u4 generation:u8 first_position:u8 log_time_ns:i8 "
     "previous_hash:b32 chunk_hash:b32 source:u4 principal:u4 epoch:u8 first_sequence:u8 "
     "group_first:u8 head_size:u4 body_size:u4 signature_size:u2 zeros:b6 head:b$head_size "
     "signature:b$signature_size body:b$body_size" CHECKSUM},
    {"index", NULL, SEQUENCE_KEY, "version:u1 first_position:u8 sequences:u8" CHECKSUM},
    {"marks", NULL, LANE_KEY,
     "version:u1 sequence:u8 hash:b32 position:u8 predecessor:u8 successor:u8" CHECKSUM},
    {"groups", NULL, "first_position:u8",
     "version:u1 leaf_count:u4 leaf_0:b32 leaf_1:b32 signature:b64 key_id:b8" CHECKSUM},
    {"changes", NULL, "position:u8", "version:u1" CHECKSUM},
    {"standings", NULL, STANDING_KEY, STANDING_VALUE},
    {"meta", "identity", "key:t*", "version:u1 log_id:b16 generation:u8" CHECKSUM},
    {"meta", "tail", "key:t*", "version:u1 first_position:u8 last_position:u8 records:u8" CHECKSUM},
    {"meta", "format", "key:t*", "format:u4 kind:t*"},
    {"meta", "writer", "key:t*", "version:t*"},
    {"meta", NULL, "key:t*", "content:b-8" CHECKSUM},
};

static const struct store_layout outbox_layouts[] = {
    {"chunks", NULL, SEQUENCE_KEY,
     "version:u1 events:u4 sequences:u8 recorded_ns:i8 chunk_hash:b32 head_size:u4 "
     "signature_size:u2 body_size:u4 shares_size:u4 head:b$head_size signature:b$signature_size "
     "body:b$body_size shares:b$shares_size" CHECKSUM},
    {"receipts", NULL, SEQUENCE_KEY, "receipt:b-8" CHECKSUM},
    {"lanes", NULL, "lane:u1",
     "version:u1 source:u4 epoch:u8 lane:u1 predecessor:u8 next_sequence:u8 last_hash:b32 "
     "acked_sequence:u8 acked_hash:b32 acked_position:u8 registered:u1" CHECKSUM},
    {"keys", NULL, "retry_key:t*",
     "version:u1 source:u4 epoch:u8 lane:u1 sequence:u8 content:b8" CHECKSUM},
    {"keyed", NULL, SEQUENCE_KEY, "retry_key:b-8" CHECKSUM},
    {"dead", NULL, "number:u8",
     "version:u1 source:u4 epoch:u8 lane:u1 sequence:u8 code:u4 refused_ns:i8 field:s2 "
     "event:b-8" CHECKSUM},
    {"slips", "7K2M", "code:t*", "matter:b16" CHECKSUM}, /* before they had a time */
    {"slips", NULL, "code:t*", "matter:b16 learned_ns:i8" CHECKSUM},
    {"answers", NULL, "matter:b16", "answer:b-8" CHECKSUM},
    {"meta", "facts", "key:t*",
     "version:u1 log_id:b16 generation:u8 seen_position:u8 bundle_version:u8" CHECKSUM},
    {"meta", "old keys", "key:t*", "version:u1 until_ns:i8" CHECKSUM},
    {"meta", "usage", "key:t*",
     "version:u1 bytes:u8 chunks:u8 events:u8 dead:u8 dead_last:u8" CHECKSUM},
    {"meta", "format", "key:t*", "format:u4 kind:t*"},
    {"meta", "writer", "key:t*", "version:t*"},
    {"meta", NULL, "key:t*", "content:b-8" CHECKSUM},
};

static const struct store_layout shares_layouts[] = {
    {"shares", NULL, SEQUENCE_KEY, "version:u1 chunk_hash:b32 frame:b-8" CHECKSUM},
    {"meta", "format", "key:t*", "format:u4 kind:t*"},
    {"meta", "writer", "key:t*", "version:t*"},
    {"meta", NULL, "key:t*", "content:b-8" CHECKSUM},
};

static const struct store_layout state_layouts[] = {
    {"matters", NULL, "birth_position:u8",
     "version:u1 id:b16 mode:u1 stage:u1 severity:u1 last_act:u2 division:u8 office:u2 holder:u2 "
     "flags:u4 events:u4 learned_ns:i8 opened_ns:i8 last_position:u8 last_ns:i8 kind:u1 marks:u4 "
     "sender:u2 submitter:u2 bounces:u4 second_act:u2 second_source:u4 second_hash:b32 "
     "deaths_kind:u1 deaths:u8 injuries_kind:u1 injuries:u8 loss_kind:u1 loss_fen:u8 "
     "attribute_rank:u2 level:u2 level_sure:u1 "
     "domain:s1 category:s1 second_domain:s1 second_organ:s1" CHECKSUM},
    {"ids", NULL, "id:b16", "version:u1 birth_position:u8" CHECKSUM},
    {"threads", NULL, "position:u8", "version:u1 birth_position:u8 previous_position:u8" CHECKSUM},
    {"alerts", NULL, STREAM_KEY " number:u8",
     "version:u1 generation:u8 position:u8 birth_position:u8 act:u2 reason:u1 severity:u1 "
     "flags:u4 code:u4 policy_version:u8 log_time_ns:i8 kind:u1 stage:u1 holder:u2 facts:u4 "
     "more:b-8" CHECKSUM},
    {"streams", NULL, STREAM_KEY, "version:u1 number:u8" CHECKSUM},
    {"outcomes", NULL, "position:u8", "version:u1 code:u4 allowed_acts:u8 missing:u4" CHECKSUM},
    {"cursors", NULL, "principal:u4 name:s1 " STREAM_KEY,
     "version:u1 number:u8 generation:u8" CHECKSUM},
    {"sources", NULL, LANE_KEY,
     "version:u1 sequence:u8 position:u8 log_time_ns:i8 events:u8 voids:u8" CHECKSUM},
    {"applied", NULL, "key:t*",
     "version:u1 position:u8 log_time_ns:i8 generation:u8 events:u8 matters:u8 alerts:u8 "
     "fold_version:u4 policy_version:u8" CHECKSUM},
    {"standings", NULL, STANDING_KEY, STANDING_VALUE},
    {"holdings", NULL, "holder:u2 birth_position:u8", "version:u1" CHECKSUM},
    {"dues", NULL, DUE_KEY, "version:u1 stage:u4 due_ns:i8 until_ns:i8 kept:u1" CHECKSUM},
    {"due_times", NULL, "side:u1 due_ns:i8 " DUE_KEY, "version:u1" CHECKSUM},
    {"clocks", NULL, "birth_position:u8 rule:u4",
     "version:u1 id:s1 unit:u1 amount:u4 extension:u4 bound:u1 owes:u1 stop_time:u1 "
     "policy_version:u8 start_ns:i8 extended_until_ns:i8 fired_steps:u1 pauses:u1 "
     "first_from_ns:i8 first_to_ns:i8 second_from_ns:i8 second_to_ns:i8 first_step_ns:i8 "
     "second_step_ns:i8 due_step_ns:i8 due_ns:i8 limit_ns:i8 missing_year:u4 paused:u1 end:u1 "
     "verdict:u1 stop_ns:i8 stop_position:u8 runs:u4 late_runs:u4 kept:u1" CHECKSUM},
    {"erasures", NULL, "done:u1 " SEQUENCE_KEY,
     "version:u1 hash:b32 position:u8 asked:u8 done:u8" CHECKSUM},
    {"placements", NULL, "birth_position:u8", SAMPLE_PLACEMENT_LAYOUT CHECKSUM},
    {"summonses", NULL, SUMMONS_KEY, SUMMONS_VALUE},
    {"shifts", NULL, "organ:u2", SHIFT_VALUE},
    STATE_LADDER_LAYOUTS{
        "expected", NULL, "row:u1 organ:u2 number:u8",
        "version:u1 said:u1 marks:u1 period:i8 since_ns:i8 position:u8 count:u4 told_ns:i8 "
        "other_ns:i8 other_position:u8 off_ns:i8 stopped_ns:i8 back_ns:i8 post:s1" CHECKSUM},
    {"meta", "format", "key:t*", "format:u4 kind:t*"},
    {"meta", "writer", "key:t*", "version:t*"},
    {"meta", NULL, "key:t*", "content:b-8" CHECKSUM},
};

#endif
