/* SPDX-License-Identifier: Apache-2.0 */
#include "query/backtest_inside.h"

#include <string.h>

/* Rows compared in one step. */
#define PAGE_ROWS 4096u

/** A row of the table, read. */
struct read_row {
    struct tcn_slice prefix;
    uint16_t organ;
    uint32_t n;
    enum tcn_backtest_side_number side;
    struct tcn_backtest_value value;
};

/** Whom differences are told to. */
struct teller {
    struct tcn_backtest *backtest;
    tcn_backtest_tell *tell;
    void *context;
};

static enum tcn_status split(const struct tcn_sorted_row *row, struct read_row *out_row) {
    if (row->key.size <= TCN_BACKTEST_TAIL_BYTES || row->value.size != sizeof(out_row->value)) {
        return TCN_CORRUPT;
    }
    out_row->prefix = tcn_slice_of(row->key.data, row->key.size - TCN_BACKTEST_TAIL_BYTES);
    struct tcn_reader tail = tcn_reader_init(
        tcn_slice_of(row->key.data + out_row->prefix.size, TCN_BACKTEST_TAIL_BYTES));
    out_row->organ = tcn_read_u16(&tail);
    out_row->n = tcn_read_u32(&tail);
    out_row->side = (enum tcn_backtest_side_number)tcn_read_u8(&tail);
    memcpy(&out_row->value, row->value.data, sizeof(out_row->value));
    return out_row->side < TCN_BACKTEST_SIDES ? TCN_OK : TCN_CORRUPT;
}

/** What a group is of. */
static void read_prefix(const struct tcn_backtest_group *group, struct tcn_backtest_row *out_row) {
    struct tcn_reader reader = tcn_reader_init(tcn_slice_of(group->prefix, group->prefix_size));
    memset(out_row, 0, sizeof(*out_row));
    out_row->what = (enum tcn_backtest_what)tcn_read_u8(&reader);
    out_row->birth = tcn_read_u64(&reader);
    if (out_row->what == TCN_BACKTEST_CLOCK) {
        out_row->rule = tcn_read_u32(&reader);
    } else if (out_row->what == TCN_BACKTEST_DUTY) {
        out_row->act = (enum tcn_act)tcn_read_u32(&reader);
    } else if (out_row->what == TCN_BACKTEST_ALERT) {
        out_row->mode = (enum tcn_mode)tcn_read_u8(&reader);
        out_row->due_kind = (enum tcn_due_kind)tcn_read_u8(&reader);
        const uint64_t number = tcn_read_u64(&reader);
        out_row->position = out_row->due_kind == TCN_DUE_NONE ? number : 0;
        out_row->subject = out_row->due_kind == TCN_DUE_NONE ? 0 : number;
        out_row->rule = tcn_read_u32(&reader);
        out_row->stage = tcn_read_u32(&reader);
        out_row->reason = (enum tcn_reason)tcn_read_u8(&reader);
    }
}

static enum tcn_status get(struct tcn_backtest *backtest, const uint8_t *key, size_t size,
                           struct tcn_backtest_value *out_value) {
    struct tcn_slice value;
    const enum tcn_status status =
        tcn_sorted_get(backtest->sorted, tcn_slice_of(key, size), &value);
    if (status != TCN_OK) {
        return status;
    }
    if (value.size != sizeof(*out_value)) {
        return TCN_CORRUPT;
    }
    memcpy(out_value, value.data, sizeof(*out_value));
    return TCN_OK;
}

/** Which matter it is, and whether it may be told of: its rows of both sides say so. */
static enum tcn_status look_at_matter(struct tcn_backtest *backtest, uint64_t birth) {
    struct tcn_backtest_matter *matter = &backtest->matter;
    enum tcn_status status = TCN_OK;
    if (matter->is_known && matter->birth == birth) {
        return TCN_OK;
    }
    *matter = (struct tcn_backtest_matter){.birth = birth};
    for (unsigned side = 0; side < TCN_BACKTEST_SIDES && birth != 0; side++) {
        uint8_t key[TCN_SORTED_KEY_BYTES_MAX];
        struct tcn_backtest_value value;
        const size_t size =
            tcn_backtest_matter_key(birth, (enum tcn_backtest_side_number)side, key);
        status = get(backtest, key, size, &value);
        if (status != TCN_OK && status != TCN_ABSENT) {
            return status;
        }
        if (status == TCN_OK) {
            matter->id = value.matter;
            matter->is_hidden = matter->is_hidden || value.side.is_guarded;
        }
    }
    matter->is_hidden = matter->is_hidden && !backtest->options.shows_guarded;
    matter->is_known = true;
    return TCN_OK;
}

/** The id of the rule that an alert's clock runs by. */
static enum tcn_status name_clock(struct tcn_backtest *backtest, struct tcn_backtest_row *row) {
    struct tcn_backtest_value value;
    enum tcn_status status = TCN_ABSENT;
    for (unsigned side = 0; side < TCN_BACKTEST_SIDES && status == TCN_ABSENT; side++) {
        uint8_t key[TCN_SORTED_KEY_BYTES_MAX];
        const size_t size =
            tcn_backtest_clock_key(row->birth, row->rule, (enum tcn_backtest_side_number)side, key);
        status = get(backtest, key, size, &value);
    }
    if (status == TCN_OK) {
        memcpy(row->id, value.side.word, sizeof(row->id));
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

static enum tcn_status tell(struct teller *teller, enum tcn_backtest_how how,
                            const struct tcn_backtest_side *recorded,
                            const struct tcn_backtest_side *other) {
    struct tcn_backtest *backtest = teller->backtest;
    struct tcn_backtest_row row;
    read_prefix(&backtest->group, &row);
    enum tcn_status status = look_at_matter(backtest, row.birth);
    if (status != TCN_OK || backtest->matter.is_hidden) {
        return status;
    }
    row.how = how;
    row.matter = backtest->matter.id;
    row.recorded = *recorded;
    row.other = *other;
    if (row.what == TCN_BACKTEST_CLOCK) {
        const struct tcn_backtest_side *there = recorded->is_there ? recorded : other;
        memcpy(row.id, there->word, sizeof(row.id));
    } else if (row.what == TCN_BACKTEST_ALERT && row.due_kind == TCN_DUE_CLOCK) {
        status = name_clock(backtest, &row);
    }
    if (status == TCN_OK) {
        backtest->counts.counts[row.what][row.how]++;
        status = teller->tell(teller->context, &row);
    }
    return status;
}

/** How two rows of the same key differ. */
static enum tcn_backtest_how how_of(enum tcn_backtest_what what,
                                    const struct tcn_backtest_side *recorded,
                                    const struct tcn_backtest_side *other) {
    const bool is_timed = what == TCN_BACKTEST_ALERT || what == TCN_BACKTEST_CLOCK;
    if (recorded->organ != other->organ) {
        return TCN_BACKTEST_ELSEWHERE;
    }
    if (is_timed && recorded->time_ns != other->time_ns) {
        return other->time_ns < recorded->time_ns ? TCN_BACKTEST_EARLIER : TCN_BACKTEST_LATER;
    }
    const bool is_same =
        strcmp(recorded->word, other->word) == 0 && recorded->kind == other->kind &&
        recorded->stage == other->stage && recorded->level == other->level &&
        recorded->is_guarded == other->is_guarded && recorded->severity == other->severity &&
        recorded->code == other->code && recorded->standing == other->standing &&
        recorded->owes == other->owes && recorded->run_count == other->run_count &&
        recorded->late_count == other->late_count;
    return is_same ? TCN_BACKTEST_SAME : TCN_BACKTEST_CHANGED;
}

static const struct tcn_backtest_side nobody = {.is_there = false};

/** Keeps what has no counterpart until its group is over; tells it when there is no room. */
static enum tcn_status keep(struct teller *teller, const struct tcn_backtest_value *value,
                            enum tcn_backtest_side_number side) {
    struct tcn_backtest *backtest = teller->backtest;
    struct tcn_backtest_group *group = &backtest->group;
    const bool is_lost = side == TCN_BACKTEST_RECORDED;
    struct tcn_backtest_side *list = is_lost ? group->lost : group->added;
    uint32_t *count = is_lost ? &group->lost_count : &group->added_count;
    if (value->is_guarded && !backtest->options.shows_guarded) {
        return TCN_OK;
    }
    if (*count == TCN_BACKTEST_UNMATCHED_MAX) {
        return is_lost ? tell(teller, TCN_BACKTEST_LOST, &value->side, &nobody)
                       : tell(teller, TCN_BACKTEST_ADDED, &nobody, &value->side);
    }
    list[*count] = value->side;
    (*count)++;
    return TCN_OK;
}

static enum tcn_status let_go(struct teller *teller) {
    struct tcn_backtest_group *group = &teller->backtest->group;
    if (!group->is_held) {
        return TCN_OK;
    }
    group->is_held = false;
    return keep(teller, &group->held, TCN_BACKTEST_RECORDED);
}

/** Ends a group: what one side tells one organ and the other side another one is elsewhere. */
static enum tcn_status end_group(struct teller *teller) {
    struct tcn_backtest_group *group = &teller->backtest->group;
    enum tcn_status status = let_go(teller);
    const uint32_t more =
        group->lost_count > group->added_count ? group->lost_count : group->added_count;
    for (uint32_t i = 0; i < more && status == TCN_OK; i++) {
        const bool is_lost = i < group->lost_count;
        const bool is_added = i < group->added_count;
        status = tell(teller,
                      is_lost && is_added ? TCN_BACKTEST_ELSEWHERE
                      : is_lost           ? TCN_BACKTEST_LOST
                                          : TCN_BACKTEST_ADDED,
                      is_lost ? &group->lost[i] : &nobody, is_added ? &group->added[i] : &nobody);
    }
    group->lost_count = 0;
    group->added_count = 0;
    return status;
}

static enum tcn_status begin_group(struct teller *teller, struct tcn_slice prefix) {
    struct tcn_backtest_group *group = &teller->backtest->group;
    const enum tcn_status status = end_group(teller);
    TCN_CHECK(prefix.size <= sizeof(group->prefix));
    memcpy(group->prefix, prefix.data, prefix.size);
    group->prefix_size = prefix.size;
    return status;
}

static enum tcn_status compare(struct teller *teller, const struct read_row *row) {
    struct tcn_backtest *backtest = teller->backtest;
    struct tcn_backtest_group *group = &backtest->group;
    const struct tcn_slice prefix = tcn_slice_of(group->prefix, group->prefix_size);
    enum tcn_status status = TCN_OK;
    if (!tcn_slice_equals(prefix, row->prefix)) {
        status = begin_group(teller, row->prefix);
    }
    const bool is_pair = group->is_held && row->side == TCN_BACKTEST_SUPPOSED &&
                         group->held_organ == row->organ && group->held_n == row->n;
    if (status == TCN_OK && is_pair) {
        const enum tcn_backtest_what what = (enum tcn_backtest_what)group->prefix[0];
        const enum tcn_backtest_how how = how_of(what, &group->held.side, &row->value.side);
        const bool is_hidden =
            (group->held.is_guarded || row->value.is_guarded) && !backtest->options.shows_guarded;
        group->is_held = false;
        return how == TCN_BACKTEST_SAME || is_hidden
                   ? TCN_OK
                   : tell(teller, how, &group->held.side, &row->value.side);
    }
    if (status == TCN_OK) {
        status = let_go(teller);
    }
    if (status == TCN_OK && row->side == TCN_BACKTEST_SUPPOSED) {
        return keep(teller, &row->value, row->side);
    }
    group->is_held = status == TCN_OK;
    group->held = row->value;
    group->held_organ = row->organ;
    group->held_n = row->n;
    return status;
}

enum tcn_status tcn_backtest_compare_some(struct tcn_backtest *backtest, tcn_backtest_tell *told,
                                          void *context, bool *out_is_done) {
    struct teller teller = {.backtest = backtest, .tell = told, .context = context};
    *out_is_done = false;
    for (uint32_t i = 0; i < PAGE_ROWS; i++) {
        struct tcn_sorted_row found;
        struct read_row row;
        enum tcn_status status = tcn_sorted_step(backtest->sorted, backtest->is_begun, &found);
        if (status == TCN_ABSENT) {
            *out_is_done = true;
            return end_group(&teller);
        }
        backtest->is_begun = true;
        if (status == TCN_OK) {
            status = split(&found, &row);
        }
        if (status == TCN_OK) {
            status = compare(&teller, &row);
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}
