/* SPDX-License-Identifier: Apache-2.0 */
#include "json/local.h"

#include "json/draft.h"
#include "json/draft_read.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/** A request while it is read: what is nested is kept aside. */
struct scratch {
    struct tcn_local_request request;
    json_t *draft;
    json_t *receipts;
};

#define AT(member) offsetof(struct scratch, member)
#define REQUEST(member) offsetof(struct scratch, request.member)

/* Each operation has its own keys; "op" is the first row of all. */
#define OP_FIELD                                                                                   \
    { "op", TCN_JSON_CHOICE, REQUEST(op), 0, tcn_json_ops }

static const struct tcn_json_field entry_fields[] = {
    OP_FIELD, {"draft", TCN_JSON_OBJECT, AT(draft), 0, NULL}};

static const struct tcn_json_field outbox_fields[] = {OP_FIELD};

static const struct tcn_json_field dead_fields[] = {
    OP_FIELD,
    {"do", TCN_JSON_CHOICE, REQUEST(dead_do), 0, tcn_json_dead_dos},
    {"number", TCN_JSON_U64, REQUEST(dead_number), INT64_MAX, NULL}};

static const struct tcn_json_field wait_fields[] = {
    OP_FIELD,
    {"receipts", TCN_JSON_ARRAY, AT(receipts), TCN_LOCAL_RECEIPTS_MAX, NULL},
    {"timeout_ms", TCN_JSON_U32, REQUEST(timeout_ms), TCN_LOCAL_TIMEOUT_MS_MAX, NULL}};

static const struct tcn_json_field one_receipt_fields[] = {
    OP_FIELD, {"receipts", TCN_JSON_ARRAY, AT(receipts), 1, NULL}};

static const struct tcn_json_field status_fields[] = {
    OP_FIELD, {"code", TCN_JSON_TEXT, REQUEST(code), TCN_SLIP_CODE_BYTES_MAX, NULL}};

static const struct tcn_json_field rotate_fields[] = {
    OP_FIELD, {"days", TCN_JSON_U32, REQUEST(days), TCN_ROTATE_DAYS_MAX, NULL}};

static const struct tcn_json_field receipt_fields[] = {
    {"lane", TCN_JSON_CHOICE, offsetof(struct tcn_local_receipt, lane), 0, tcn_json_lanes},
    {"epoch", TCN_JSON_HEX64, offsetof(struct tcn_local_receipt, epoch), 0, NULL},
    {"sequence", TCN_JSON_U64, offsetof(struct tcn_local_receipt, sequence), INT64_MAX, NULL},
};

/** The keys of an operation. */
struct table {
    const struct tcn_json_field *fields;
    size_t count;
};

/** The table of an operation; empty for none. */
static struct table table_of(enum tcn_local_op op) {
    switch (op) {
    case TCN_LOCAL_REPORT:
    case TCN_LOCAL_ACT:
    case TCN_LOCAL_PREVIEW:
        return (struct table){entry_fields, COUNT_OF(entry_fields)};
    case TCN_LOCAL_OUTBOX:
        return (struct table){outbox_fields, COUNT_OF(outbox_fields)};
    case TCN_LOCAL_DEAD:
        return (struct table){dead_fields, COUNT_OF(dead_fields)};
    case TCN_LOCAL_WAIT:
        return (struct table){wait_fields, COUNT_OF(wait_fields)};
    case TCN_LOCAL_RECEIPT:
        return (struct table){one_receipt_fields, COUNT_OF(one_receipt_fields)};
    case TCN_LOCAL_STATUS:
        return (struct table){status_fields, COUNT_OF(status_fields)};
    case TCN_LOCAL_ROTATE:
        return (struct table){rotate_fields, COUNT_OF(rotate_fields)};
    case TCN_LOCAL_NONE:
        break;
    }
    return (struct table){NULL, 0};
}

const char *tcn_json_local_op_name(enum tcn_local_op op) {
    const char *word = tcn_json_word_of(tcn_json_ops, (uint32_t)op);
    return word != NULL ? word : "none";
}

/** Writes which events a WAIT or RECEIPT is about. */
static void add_receipts(struct tcn_json_writer *writer, const struct tcn_local_request *request) {
    tcn_json_array_begin(writer, "receipts");
    for (uint32_t i = 0; i < request->receipt_count; i++) {
        const struct tcn_local_receipt *receipt = &request->receipts[i];
        tcn_json_object_begin(writer, NULL);
        tcn_json_add_word(writer, "lane", tcn_lane_name(receipt->lane));
        if (receipt->epoch != 0) {
            tcn_json_add_hex64(writer, "epoch", receipt->epoch);
        }
        tcn_json_add_u64(writer, "sequence", receipt->sequence);
        tcn_json_object_end(writer);
    }
    tcn_json_array_end(writer);
}

/** Writes the keys of the request's operation. */
static void add_request(struct tcn_json_writer *writer, const struct tcn_local_request *request) {
    tcn_json_add_word(writer, "op", tcn_json_local_op_name(request->op));
    switch (request->op) {
    case TCN_LOCAL_REPORT:
    case TCN_LOCAL_ACT:
    case TCN_LOCAL_PREVIEW:
        tcn_json_object_begin(writer, "draft");
        tcn_json_draft_fields(writer, &request->draft);
        tcn_json_object_end(writer);
        break;
    case TCN_LOCAL_DEAD:
        tcn_json_add_word(writer, "do",
                          tcn_json_word_of(tcn_json_dead_dos, (uint32_t)request->dead_do));
        if (request->dead_number != 0) {
            tcn_json_add_u64(writer, "number", request->dead_number);
        }
        break;
    case TCN_LOCAL_WAIT:
        add_receipts(writer, request);
        tcn_json_add_u64(writer, "timeout_ms", request->timeout_ms);
        break;
    case TCN_LOCAL_RECEIPT:
        add_receipts(writer, request);
        break;
    case TCN_LOCAL_STATUS:
        tcn_json_add_text(writer, "code", request->code);
        break;
    case TCN_LOCAL_ROTATE:
        if (request->days != 0) {
            tcn_json_add_u64(writer, "days", request->days);
        }
        break;
    case TCN_LOCAL_OUTBOX:
    case TCN_LOCAL_NONE:
        break;
    }
}

enum tcn_status tcn_json_encode_request(const struct tcn_local_request *request,
                                        struct tcn_arena *arena, struct tcn_slice *out_text) {
    TCN_CHECK(request->receipt_count <= TCN_LOCAL_RECEIPTS_MAX);
    struct tcn_json_writer writer;
    struct tcn_slice text;
    tcn_json_writer_init(&writer);
    add_request(&writer, request);
    enum tcn_status status = tcn_json_write_arena(&writer, arena, &text);
    tcn_json_writer_fini(&writer);
    if (status == TCN_OK && text.size > TCN_JSON_BYTES_MAX) {
        return TCN_TOOBIG;
    }
    if (status == TCN_OK) {
        *out_text = text;
    }
    return status;
}

/** Reads the draft of REPORT, ACT and PREVIEW, and that it is one of those. */
static enum tcn_status read_entry(struct tcn_json_reader *parent, struct scratch *scratch) {
    if (scratch->draft == NULL) {
        return tcn_json_fault(parent, TCN_BAD_VALUE, "draft", "an object");
    }
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "draft");
    enum tcn_status status = tcn_json_read_draft(&reader, scratch->draft, &scratch->request.draft);
    if (status == TCN_OK &&
        scratch->request.draft.is_act != (scratch->request.op == TCN_LOCAL_ACT)) {
        return tcn_json_fault(&reader, TCN_BAD_VALUE, "act",
                              "a key with the operation \"act\", and none with the others");
    }
    return status;
}

/** Reads the receipts of a WAIT or RECEIPT. */
static enum tcn_status read_receipts(struct tcn_json_reader *parent, struct scratch *scratch) {
    struct tcn_json_reader reader = tcn_json_reader_child(parent, "receipts");
    struct tcn_local_request *request = &scratch->request;
    size_t index = 0;
    json_t *row = NULL;
    json_array_foreach(scratch->receipts, index, row) {
        struct tcn_local_receipt *receipt = &request->receipts[index];
        uint64_t seen = 0;
        if (!json_is_object(row)) {
            return tcn_json_fault(&reader, TCN_BAD_VALUE, NULL, "an array of objects");
        }
        enum tcn_status status = tcn_json_read_object(&reader, row, receipt_fields,
                                                      COUNT_OF(receipt_fields), receipt, &seen);
        if (status != TCN_OK) {
            return status;
        }
        if (receipt->lane == TCN_LANE_NONE || receipt->sequence == 0) {
            return tcn_json_fault(&reader, TCN_BAD_VALUE, NULL,
                                  "a lane and a sequence from 1 in each");
        }
        request->receipt_count++;
    }
    if (request->receipt_count == 0) {
        return tcn_json_fault(&reader, TCN_BAD_VALUE, NULL, "at least one");
    }
    return TCN_OK;
}

/** Reads what is nested, and checks that what the operation needs is there. */
static enum tcn_status finish_request(struct tcn_json_reader *reader, struct scratch *scratch) {
    const struct tcn_local_request *request = &scratch->request;
    switch (request->op) {
    case TCN_LOCAL_REPORT:
    case TCN_LOCAL_ACT:
    case TCN_LOCAL_PREVIEW:
        return read_entry(reader, scratch);
    case TCN_LOCAL_WAIT:
    case TCN_LOCAL_RECEIPT:
        return read_receipts(reader, scratch);
    case TCN_LOCAL_DEAD:
        if (request->dead_do != TCN_DEAD_LIST && request->dead_number == 0) {
            return tcn_json_fault(reader, TCN_BAD_VALUE, "number", "a number from 1");
        }
        return TCN_OK;
    case TCN_LOCAL_STATUS:
        if (request->code.size == 0) {
            return tcn_json_fault(reader, TCN_BAD_VALUE, "code", "the code on the slip");
        }
        return TCN_OK;
    case TCN_LOCAL_OUTBOX:
    case TCN_LOCAL_ROTATE:
    case TCN_LOCAL_NONE:
        break;
    }
    return TCN_OK;
}

/** Reads a request out of a tree: first what it asks, then the keys that go with it. */
static enum tcn_status read_request(struct tcn_json_reader *reader, json_t *root,
                                    struct tcn_local_request *out_request) {
    struct scratch scratch = {0};
    const struct tcn_json_field op_field = OP_FIELD;
    json_t *op = json_object_get(root, "op");
    enum tcn_status status = tcn_json_read_value(reader, &op_field, op, &scratch.request.op);
    if (status != TCN_OK) {
        return status;
    }
    struct table table = table_of(scratch.request.op);
    uint64_t seen = 0;
    status = tcn_json_read_object(reader, root, table.fields, table.count, &scratch, &seen);
    if (status == TCN_OK) {
        status = finish_request(reader, &scratch);
    }
    if (status == TCN_OK) {
        *out_request = scratch.request;
    }
    return status;
}

enum tcn_status tcn_json_decode_request(struct tcn_slice text, struct tcn_arena *arena,
                                        struct tcn_json_error *out_error,
                                        struct tcn_local_request *out_request) {
    json_t *root = NULL;
    enum tcn_status status = tcn_json_load(text, out_error, &root);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_json_reader reader = {.arena = arena, .error = out_error};
    status = read_request(&reader, root, out_request);
    json_decref(root);
    return status;
}
