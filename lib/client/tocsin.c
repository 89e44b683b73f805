/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public face (tocsin.h): plain C types outside, the rooms' nouns inside.
 */
#include "tocsin.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "client/local.h"
#include "client/open.h"
#include "client/replay.h"
#include "client/watch.h"
#include "seal/init.h"
#include "json/draft.h"
#include "json/rows.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES ((size_t)2 * 1024 * 1024)
#define AGENT_NS (INT64_C(5) * TCN_SECOND_NS)
#define FAULT_BYTES 512

struct tocsin {
    struct tcn_session_options session_options;
    char *broker_endpoint;
    char *agent_endpoint;
    struct tcn_key_set keys;
    struct tcn_local *local;
    struct tcn_session *session;
    struct tcn_watch *watch;
    struct tcn_stream stream;
    struct tcn_arena arena; /* of the item or draft in hand */
    char fault[FAULT_BYTES];
};

static enum tcn_status read_key(const char *text, struct tcn_public_key *out_key) {
    return text == NULL
               ? TCN_CONFIG
               : tcn_hex_decode(tcn_slice_text(text), out_key->bytes, sizeof out_key->bytes);
}

static enum tcn_status copy(const char *text, char **out_copy) {
    if (text == NULL) {
        return TCN_OK;
    }
    *out_copy = strdup(text);
    return *out_copy == NULL ? TCN_NOMEM : TCN_OK;
}

/* The line to the collector is optional, but it is whole or absent. */
static enum tcn_status read_broker(struct tocsin *client, const struct tocsin_options *options) {
    if (options->broker_endpoint == NULL) {
        return TCN_OK;
    }
    struct tcn_session_options *session = &client->session_options;
    enum tcn_status status = read_key(options->broker_key, &session->broker_key);
    if (status == TCN_OK) {
        status = read_key(options->collector_key, &session->collector_key);
    }
    if (status != TCN_OK || options->key_file == NULL) {
        return TCN_CONFIG;
    }
    status = tcn_key_file_read(options->key_file, &client->keys);
    session->broker_endpoint = client->broker_endpoint;
    session->keys = &client->keys;
    session->stop_descriptor = -1;
    return status;
}

int tocsin_open(const struct tocsin_options *options, struct tocsin **out_client) {
    struct tocsin *client = calloc(1, sizeof *client);
    if (client == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_seal_init();
    if (status == TCN_OK) {
        status = tcn_arena_init(&client->arena, ARENA_BYTES);
    }
    if (status == TCN_OK) {
        status = copy(options->broker_endpoint, &client->broker_endpoint);
    }
    if (status == TCN_OK) {
        status = copy(options->agent_endpoint, &client->agent_endpoint);
    }
    if (status == TCN_OK) {
        status = read_broker(client, options);
    }
    if (status != TCN_OK) {
        tocsin_close(&client);
        return (int)status;
    }
    *out_client = client;
    return TCN_OK;
}

void tocsin_close(struct tocsin **client) {
    struct tocsin *closing = client == NULL ? NULL : *client;
    if (closing == NULL) {
        return;
    }
    tcn_watch_close(&closing->watch);
    tcn_session_close(&closing->session);
    tcn_local_close(&closing->local);
    tcn_key_set_fini(&closing->keys);
    if (closing->arena.data != NULL) {
        tcn_secret_wipe(closing->arena.data, closing->arena.offset_max);
    }
    tcn_arena_fini(&closing->arena);
    free(closing->broker_endpoint);
    free(closing->agent_endpoint);
    free(closing);
    *client = NULL;
}

/* What was opened for one item is gone before the next. */
static void forget(struct tocsin *client) {
    tcn_secret_wipe(client->arena.data, client->arena.offset);
    tcn_arena_reset(&client->arena);
}

static enum tcn_status hand_in(struct tocsin *client, const struct tcn_local_request *request,
                               struct tcn_local_answer *out_answer) {
    enum tcn_status status = TCN_OK;
    if (client->agent_endpoint == NULL) {
        return TCN_CONFIG;
    }
    if (client->local == NULL) {
        status = tcn_local_open(client->agent_endpoint, -1, &client->local);
    }
    return status != TCN_OK ? status
                            : tcn_local_ask(client->local, request,
                                            tcn_clock_monotonic_ns() + AGENT_NS, out_answer);
}

static void note_fault(struct tocsin *client, struct tcn_slice field, struct tcn_slice sentence,
                       const char **out_fault) {
    (void)snprintf(client->fault, sizeof client->fault, "%.*s: %.*s", (int)field.size,
                   field.size == 0 ? "" : (const char *)field.data, (int)sentence.size,
                   sentence.size == 0 ? "" : (const char *)sentence.data);
    if (out_fault != NULL) {
        *out_fault = client->fault;
    }
}

static struct tocsin_entered entered_of(const struct tcn_local_answer *answer) {
    struct tocsin_entered entered = {
        .sequence = answer->sequence,
        .is_urgent = answer->lane == TCN_LANE_URGENT ? 1 : 0,
        .is_repeat = answer->is_repeat ? 1 : 0,
    };
    (void)snprintf(entered.slip, sizeof entered.slip, "%.*s", (int)answer->slip.size,
                   answer->slip.size == 0 ? "" : (const char *)answer->slip.data);
    if (!tcn_id_is_none(&answer->matter)) {
        tcn_uuid_to_text(answer->matter.bytes, entered.matter);
    }
    return entered;
}

int tocsin_report(struct tocsin *client, const char *json, struct tocsin_entered *out_entered,
                  const char **out_fault) {
    forget(client);
    if (out_fault != NULL) {
        *out_fault = NULL;
    }
    struct tcn_json_error error = {0};
    struct tcn_local_request request = {.op = TCN_LOCAL_REPORT};
    enum tcn_status status =
        tcn_json_decode_draft(tcn_slice_text(json), &client->arena, &error, &request.draft);
    if (status != TCN_OK) {
        note_fault(client, tcn_slice_text(error.field), tcn_slice_text(error.expected), out_fault);
        return (int)status;
    }
    request.op = request.draft.is_act ? TCN_LOCAL_ACT : TCN_LOCAL_REPORT;
    struct tcn_local_answer answer;
    status = hand_in(client, &request, &answer);
    if (status == TCN_OK && answer.code != TCN_OK) {
        note_fault(client, answer.field, answer.sentence, out_fault);
        status = tcn_status_is_known(answer.code) ? (enum tcn_status)answer.code : TCN_MALFORMED;
    }
    if (status == TCN_OK) {
        *out_entered = entered_of(&answer);
    }
    return (int)status;
}

static enum tcn_status need_session(struct tocsin *client) {
    if (client->broker_endpoint == NULL) {
        return TCN_CONFIG;
    }
    return client->session != NULL ? TCN_OK
                                   : tcn_session_open(&client->session_options, &client->session);
}

int tocsin_watch(struct tocsin *client, const char *name, enum tocsin_mode mode, uint16_t organ) {
    if (client->watch != NULL) {
        return TCN_EXISTS;
    }
    enum tcn_status status = need_session(client);
    if (status != TCN_OK) {
        return (int)status;
    }
    client->stream = (struct tcn_stream){.mode = (enum tcn_mode)mode, .organ = organ};
    struct tcn_open open = {.name = tcn_slice_text(name), .stream_count = 1};
    open.streams[0] = (struct tcn_open_stream){.stream = client->stream, .from = TCN_FROM_CURSOR};
    return (int)tcn_watch_open(client->session, &open, &client->watch);
}

/* The item in one line of JSON, with what the own key opens. */
static enum tcn_status encode_item(struct tocsin *client, const struct tcn_item *item,
                                   const char **out_json) {
    forget(client);
    struct tcn_reading reading;
    enum tcn_status status = tcn_reading_make(item, &client->keys, &client->arena, &reading);
    if (status != TCN_OK) {
        return status;
    }
    struct tcn_json_writer writer;
    struct tcn_slice text;
    tcn_json_writer_init(&writer);
    tcn_json_item_fields(&writer, item, &reading.event, NULL);
    tcn_json_texts(&writer, reading.texts, reading.text_count);
    tcn_json_closed(&writer, reading.closed, reading.closed_count);
    status = tcn_json_write_arena(&writer, &client->arena, &text);
    tcn_json_writer_fini(&writer);
    if (status != TCN_OK) {
        return status;
    }
    char *json = tcn_arena_alloc(&client->arena, text.size + 1); /* zeroed: ends with a NUL */
    if (json == NULL) {
        return TCN_NOMEM;
    }
    memcpy(json, text.data, text.size);
    *out_json = json;
    return TCN_OK;
}

static enum tcn_status item_of(struct tocsin *client, const struct tcn_watch_event *event,
                               struct tocsin_item *out_item) {
    switch (event->kind) {
    case TCN_WATCH_ITEM:
        *out_item = (struct tocsin_item){.kind = TOCSIN_ITEM,
                                         .number = event->item.alert.number,
                                         .position = event->item.position};
        return encode_item(client, &event->item, &out_item->json);
    case TCN_WATCH_GAP:
        *out_item = (struct tocsin_item){
            .kind = TOCSIN_GAP, .number = event->gap.first, .last = event->gap.last};
        return TCN_OK;
    case TCN_WATCH_RESET:
        *out_item = (struct tocsin_item){.kind = TOCSIN_RESET, .number = event->reset.next};
        return TCN_OK;
    case TCN_WATCH_SILENT:
        *out_item = (struct tocsin_item){.kind = TOCSIN_SILENT};
        return TCN_OK;
    case TCN_WATCH_BACK:
        *out_item = (struct tocsin_item){.kind = TOCSIN_BACK};
        return TCN_OK;
    case TCN_WATCH_STANDSTILL:
        *out_item = (struct tocsin_item){.kind = TOCSIN_STANDSTILL, .last = event->standstill};
        return TCN_OK;
    case TCN_WATCH_CAUGHT_UP:
        *out_item = (struct tocsin_item){.kind = TOCSIN_CAUGHT_UP};
        return TCN_OK;
    }
    TCN_UNREACHABLE();
}

int tocsin_next(struct tocsin *client, int timeout_ms, struct tocsin_item *out_item) {
    if (client->watch == NULL) {
        return TCN_ABSENT;
    }
    int64_t deadline_ns =
        timeout_ms < 0 ? INT64_MAX : tcn_clock_monotonic_ns() + timeout_ms * TCN_MS_NS;
    struct tcn_watch_event event;
    enum tcn_status status = tcn_watch_next(client->watch, deadline_ns, &event);
    return (int)(status != TCN_OK ? status : item_of(client, &event, out_item));
}

void tocsin_taken(struct tocsin *client, uint64_t number) {
    if (client->watch != NULL) {
        tcn_watch_taken(client->watch, client->stream, number);
    }
}

struct taker {
    struct tocsin *client;
    tocsin_take *take;
    void *context;
    int result; /* what `take` gave when it was not 0 */
};

static enum tcn_status take_one(void *context, const struct tcn_item *item) {
    struct taker *taker = context;
    struct tocsin_item out = {.kind = TOCSIN_ITEM, .position = item->position};
    enum tcn_status status = encode_item(taker->client, item, &out.json);
    if (status != TCN_OK) {
        return status;
    }
    taker->result = taker->take(taker->context, &out);
    return taker->result == 0 ? TCN_OK : TCN_CANCELED;
}

static enum tcn_status replay_of(const struct tocsin_filter *filter,
                                 struct tcn_replay *out_replay) {
    struct tcn_replay replay = {
        .first_position = filter->first_position,
        .last_position = filter->last_position,
        .since_ns = filter->since_ns,
        .until_ns = filter->until_ns,
        .division = filter->division,
        .organ = filter->organ,
    };
    if (filter->domain != NULL) {
        replay.domain = tcn_slice_text(filter->domain);
    }
    if (filter->matter != NULL) {
        enum tcn_status status =
            tcn_uuid_from_text(tcn_slice_text(filter->matter), replay.matter.bytes);
        if (status != TCN_OK) {
            return status;
        }
    }
    *out_replay = replay;
    return TCN_OK;
}

int tocsin_replay(struct tocsin *client, const struct tocsin_filter *filter, tocsin_take *take,
                  void *context, uint64_t *out_count) {
    if (client->watch != NULL) {
        return TCN_EXISTS;
    }
    struct tcn_replay replay;
    enum tcn_status status = replay_of(filter, &replay);
    if (status == TCN_OK) {
        status = need_session(client);
    }
    struct taker taker = {.client = client, .take = take, .context = context};
    struct tcn_replay_result result;
    if (status == TCN_OK) {
        status = tcn_replay_run(client->session, &replay, take_one, &taker, &result);
    }
    if (taker.result != 0) {
        return taker.result;
    }
    if (status == TCN_OK && out_count != NULL) {
        *out_count = result.count;
    }
    return (int)(status == TCN_OK ? result.level : status);
}

const char *tocsin_status_text(int status) {
    return tcn_status_sentence((enum tcn_status)status);
}

const char *tocsin_version(void) {
    return TCN_PROGRAM_VERSION;
}
