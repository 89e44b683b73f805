/* SPDX-License-Identifier: Apache-2.0 */
#include "json/change.h"

#include "base/text.h"
#include "json/rows.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PROOF_DIGITS (2 * sizeof(struct tcn_signature))

/* A change while it is read: what is nested or has to be converted is kept aside. */
struct scratch {
    struct tcn_registry_change change;
    json_t *row;
    json_t *organ_key;
    struct tcn_slice proof;
};

/* And its row. */
struct row_scratch {
    struct tcn_principal row;
    struct tcn_slice name;
    uint32_t organ;
    json_t *divisions;
    json_t *streams;
    json_t *acts;
};

/* And its sealing key. */
struct key_scratch {
    uint32_t organ;
    struct tcn_public_key key;
};

_Static_assert(sizeof(struct tcn_public_key) == sizeof(struct tcn_hash),
               "a key is read as 64 hexadecimal digits, like a hash");

#define AT(member) offsetof(struct scratch, member)
#define CHANGE(member) offsetof(struct scratch, change.member)
#define ROW(member) offsetof(struct row_scratch, row.member)
#define ROW_AT(member) offsetof(struct row_scratch, member)

/* The places of the keys below, and so their bits. */
enum {
    KIND,
    PRINCIPAL,
    A_ROW,
    TOKEN_HASH,
    TRANSPORT,
    SIGNING,
    PROOF,
    UNTIL,
    REASON,
    ORGAN_KEY
};

static const struct tcn_json_field change_fields[] = {
    [KIND] = {"kind", TCN_JSON_CHOICE, CHANGE(kind), 0, tcn_json_changes},
    [PRINCIPAL] = {"principal", TCN_JSON_U32, CHANGE(principal), UINT32_MAX, NULL},
    [A_ROW] = {"row", TCN_JSON_OBJECT, AT(row), 0, NULL},
    [TOKEN_HASH] = {"token_hash", TCN_JSON_HASH, CHANGE(token_hash), 0, NULL},
    [TRANSPORT] = {"transport_key", TCN_JSON_HASH, CHANGE(transport_key), 0, NULL},
    [SIGNING] = {"signing_key", TCN_JSON_HASH, CHANGE(signing_key), 0, NULL},
    [PROOF] = {"proof", TCN_JSON_TEXT, AT(proof), PROOF_DIGITS, NULL},
    [UNTIL] = {"until", TCN_JSON_TIME, CHANGE(until_ns), 0, NULL},
    [REASON] = {"reason", TCN_JSON_WORD, CHANGE(reason), 0, NULL},
    [ORGAN_KEY] = {"organ_key", TCN_JSON_OBJECT, AT(organ_key), 0, NULL},
};

#define BIT(place) (UINT64_C(1) << (place))

/* Which keys a kind has beside its kind: those it needs, and those it may have. */
static const struct {
    uint64_t needed;
    uint64_t allowed;
} kinds[] = {
    [TCN_CHANGE_INVITED] = {BIT(A_ROW) | BIT(TOKEN_HASH) | BIT(UNTIL), 0},
    [TCN_CHANGE_RIGHTS] = {BIT(PRINCIPAL) | BIT(A_ROW), BIT(REASON)},
    [TCN_CHANGE_ROTATED] = {BIT(PRINCIPAL) | BIT(TRANSPORT) | BIT(SIGNING) | BIT(PROOF) |
                                BIT(UNTIL),
                            0},
    [TCN_CHANGE_REVOKED] = {BIT(PRINCIPAL), BIT(REASON)},
    [TCN_CHANGE_ORGAN_KEY] = {BIT(ORGAN_KEY), 0},
};

static const struct tcn_json_field row_fields[] = {
    {"name", TCN_JSON_TEXT, ROW_AT(name), TCN_WORD_BYTES_MAX, NULL},
    {"role", TCN_JSON_CHOICE, ROW(role), 0, tcn_json_roles},
    {"source", TCN_JSON_U32, ROW(source), UINT32_MAX, NULL},
    {"organ", TCN_JSON_U32, ROW_AT(organ), UINT16_MAX, NULL},
    {"divisions", TCN_JSON_ARRAY, ROW_AT(divisions), TCN_PRINCIPAL_DIVISIONS_MAX, NULL},
    {"all_divisions", TCN_JSON_FLAG, ROW(all_divisions), 0, NULL},
    {"streams", TCN_JSON_ARRAY, ROW_AT(streams), TCN_PRINCIPAL_STREAMS_MAX, NULL},
    {"all_streams", TCN_JSON_FLAG, ROW(all_streams), 0, NULL},
    {"not_before", TCN_JSON_TIME, ROW(not_before_ns), 0, NULL},
    {"not_after", TCN_JSON_TIME, ROW(not_after_ns), 0, NULL},
    {"message_rate", TCN_JSON_U32, ROW(message_rate), UINT32_MAX, NULL},
    {"byte_rate", TCN_JSON_U32, ROW(byte_rate), UINT32_MAX, NULL},
    {"acts", TCN_JSON_ARRAY, ROW_AT(acts), TCN_PRINCIPAL_ACTS_MAX, NULL},
};

static const struct tcn_json_field key_fields[] = {
    {"organ", TCN_JSON_U32, offsetof(struct key_scratch, organ), UINT16_MAX, NULL},
    {"key", TCN_JSON_HASH, offsetof(struct key_scratch, key), 0, NULL},
};

static enum tcn_status read_divisions(struct tcn_json_reader *reader, json_t *array,
                                      struct tcn_principal *row) {
    static const struct tcn_json_field field = {"divisions", TCN_JSON_DIVISION, 0, 0, NULL};
    size_t index = 0;
    json_t *value = NULL;
    json_array_foreach(array, index, value) {
        struct tcn_slice division = {0};
        enum tcn_status status = tcn_json_read_value(reader, &field, value, &division);
        if (status != TCN_OK) {
            return status;
        }
        status = tcn_text_to_u64(division, &row->divisions[index]);
        TCN_CHECK(status == TCN_OK); /* 12 digits */
        row->division_count++;
    }
    return TCN_OK;
}

static enum tcn_status read_streams(struct tcn_json_reader *reader, json_t *array,
                                    struct tcn_principal *row) {
    static const struct tcn_json_field field = {"streams", TCN_JSON_U32, 0, UINT16_MAX, NULL};
    size_t index = 0;
    json_t *value = NULL;
    json_array_foreach(array, index, value) {
        uint32_t organ = 0;
        enum tcn_status status = tcn_json_read_value(reader, &field, value, &organ);
        if (status != TCN_OK) {
            return status;
        }
        if (organ == 0) {
            return tcn_json_fault(reader, TCN_BAD_VALUE, "streams", "numbers of organs, from 1");
        }
        row->streams[index] = (uint16_t)organ;
        row->stream_count++;
    }
    return TCN_OK;
}

static enum tcn_status read_acts(struct tcn_json_reader *reader, json_t *array,
                                 struct tcn_principal *row) {
    static const struct tcn_json_field field = {"acts", TCN_JSON_CHOICE, 0, 0, tcn_json_acts};
    size_t index = 0;
    json_t *value = NULL;
    json_array_foreach(array, index, value) {
        enum tcn_status status = tcn_json_read_value(reader, &field, value, &row->acts[index]);
        if (status != TCN_OK) {
            return status;
        }
        row->act_count++;
    }
    return TCN_OK;
}

/* The arrays and texts of a row that was read. */
static enum tcn_status finish_row(struct tcn_json_reader *reader, struct row_scratch *scratch) {
    struct tcn_principal *row = &scratch->row;
    if (scratch->name.size == 0 || tcn_text_copy(scratch->name, row->name, sizeof row->name)) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "name", "a name");
    }
    if (row->role == TCN_ROLE_NONE) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "role", "a role");
    }
    row->organ = (uint16_t)scratch->organ;
    enum tcn_status status = read_divisions(reader, scratch->divisions, row);
    if (status == TCN_OK) {
        status = read_streams(reader, scratch->streams, row);
    }
    return status == TCN_OK ? read_acts(reader, scratch->acts, row) : status;
}

static enum tcn_status read_row(const struct tcn_json_reader *parent, json_t *object,
                                struct tcn_principal *out_row) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "row");
    struct row_scratch scratch = {.organ = 0};
    uint64_t seen = 0;
    enum tcn_status status =
        tcn_json_read_object(&reader, object, row_fields, COUNT_OF(row_fields), &scratch, &seen);
    if (status == TCN_OK) {
        status = finish_row(&reader, &scratch);
    }
    if (status == TCN_OK) {
        *out_row = scratch.row;
    }
    return status;
}

static enum tcn_status read_organ_key(const struct tcn_json_reader *parent, json_t *object,
                                      struct tcn_organ_key *out_key) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "organ_key");
    struct key_scratch scratch = {.organ = 0};
    uint64_t seen = 0;
    enum tcn_status status =
        tcn_json_read_object(&reader, object, key_fields, COUNT_OF(key_fields), &scratch, &seen);
    if (status != TCN_OK) {
        return status;
    }
    if (scratch.organ == 0 || (seen & BIT(1)) == 0) {
        return tcn_json_fault(&reader, TCN_BAD_VALUE, NULL, "an organ's number and its key");
    }
    *out_key = (struct tcn_organ_key){.organ = (uint16_t)scratch.organ, .key = scratch.key};
    return TCN_OK;
}

/* That the kind has its keys and no others. */
static enum tcn_status check_keys(struct tcn_json_reader *reader, enum tcn_change_kind kind,
                                  uint64_t seen) {
    if (kind == TCN_CHANGE_NONE) {
        return tcn_json_fault(reader, TCN_BAD_VALUE, "kind", "what changes");
    }
    char expected[TCN_JSON_EXPECTED_BYTES_MAX];
    for (size_t place = KIND + 1; place < COUNT_OF(change_fields); place++) {
        bool is_there = (seen & BIT(place)) != 0;
        bool is_needed = (kinds[kind].needed & BIT(place)) != 0;
        bool is_allowed = is_needed || (kinds[kind].allowed & BIT(place)) != 0;
        if (is_there ? !is_allowed : is_needed) {
            (void)snprintf(expected, sizeof expected, "%s \"%s\" when the kind is \"%s\"",
                           is_there ? "no" : "a key", change_fields[place].name,
                           tcn_change_name(kind));
            return tcn_json_fault(reader, TCN_BAD_VALUE, change_fields[place].name, expected);
        }
    }
    return TCN_OK;
}

/* What was kept aside. */
static enum tcn_status finish(struct tcn_json_reader *reader, struct scratch *scratch,
                              uint64_t seen) {
    struct tcn_registry_change *change = &scratch->change;
    enum tcn_status status = check_keys(reader, change->kind, seen);
    if (status == TCN_OK && (seen & BIT(PRINCIPAL)) != 0 && change->principal == 0) {
        status = tcn_json_fault(reader, TCN_BAD_VALUE, "principal", "a principal's number, from 1");
    }
    if (status == TCN_OK && (seen & BIT(PROOF)) != 0 &&
        tcn_hex_decode(scratch->proof, change->proof.bytes, sizeof change->proof.bytes)) {
        status = tcn_json_fault(reader, TCN_BAD_VALUE, "proof", "128 hexadecimal digits");
    }
    if (status == TCN_OK && scratch->row != NULL) {
        status = read_row(reader, scratch->row, &change->row);
    }
    if (status == TCN_OK && scratch->organ_key != NULL) {
        status = read_organ_key(reader, scratch->organ_key, &change->organ_key);
    }
    return status;
}

enum tcn_status tcn_json_read_change(struct tcn_json_reader *reader, json_t *object,
                                     const struct tcn_registry_change **out_change) {
    struct tcn_json_reader own = tcn_json_reader_child(reader, "registry");
    struct scratch scratch = {.row = NULL};
    uint64_t seen = 0;
    enum tcn_status status =
        tcn_json_read_object(&own, object, change_fields, COUNT_OF(change_fields), &scratch, &seen);
    if (status == TCN_OK) {
        status = finish(&own, &scratch, seen);
    }
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_registry_change *made = tcn_arena_alloc(reader->arena, sizeof *made);
    if (made == NULL) {
        return tcn_json_fault(&own, TCN_NOMEM, NULL, "less, or more memory");
    }
    *made = scratch.change;
    *out_change = made;
    return TCN_OK;
}

/* A number, left out when 0. */
static void add_u64(struct tcn_json_writer *writer, const char *key, uint64_t value) {
    if (value != 0) {
        tcn_json_add_u64(writer, key, value);
    }
}

/* A time, left out when 0. */
static void add_time(struct tcn_json_writer *writer, const char *key, int64_t unix_ns) {
    if (unix_ns != 0) {
        tcn_json_add_time_exact(writer, key, unix_ns);
    }
}

static void add_row(struct tcn_json_writer *writer, const struct tcn_principal *row) {
    tcn_json_object_begin(writer, "row");
    tcn_json_add_text(writer, "name", tcn_slice_text(row->name));
    tcn_json_add_word(writer, "role", tcn_role_name(row->role));
    add_u64(writer, "source", row->source);
    add_u64(writer, "organ", row->organ);
    add_time(writer, "not_before", row->not_before_ns);
    add_time(writer, "not_after", row->not_after_ns);
    tcn_json_add_rights(writer, row);
    tcn_json_object_end(writer);
}

void tcn_json_add_change(struct tcn_json_writer *writer, const struct tcn_registry_change *change) {
    TCN_CHECK(change->kind > TCN_CHANGE_NONE && change->kind < COUNT_OF(kinds));
    const uint64_t keys = kinds[change->kind].needed;
    tcn_json_object_begin(writer, "registry");
    tcn_json_add_word(writer, "kind", tcn_change_name(change->kind));
    add_u64(writer, "principal", change->principal);
    if ((keys & BIT(A_ROW)) != 0) {
        add_row(writer, &change->row);
    }
    if ((keys & BIT(TOKEN_HASH)) != 0) {
        tcn_json_add_hash(writer, "token_hash", &change->token_hash);
    }
    if ((keys & BIT(PROOF)) != 0) {
        tcn_json_add_hex(writer, "transport_key",
                         tcn_slice_of(change->transport_key.bytes, sizeof(struct tcn_public_key)));
        tcn_json_add_hex(writer, "signing_key",
                         tcn_slice_of(change->signing_key.bytes, sizeof(struct tcn_public_key)));
        tcn_json_add_hex(writer, "proof",
                         tcn_slice_of(change->proof.bytes, sizeof change->proof.bytes));
    }
    add_time(writer, "until", change->until_ns);
    if (change->reason.size > 0) {
        tcn_json_add_text(writer, "reason", change->reason);
    }
    if ((keys & BIT(ORGAN_KEY)) != 0) {
        tcn_json_object_begin(writer, "organ_key");
        tcn_json_add_u64(writer, "organ", change->organ_key.organ);
        tcn_json_add_hex(writer, "key",
                         tcn_slice_of(change->organ_key.key.bytes, sizeof(struct tcn_public_key)));
        tcn_json_object_end(writer);
    }
    tcn_json_object_end(writer);
}
