/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-labels: threads */
#include "base/clock.h"
#include "base/text.h"
#include "desk.h"
#include "link/poller.h"
#include "link/sock.h"
#include "policy/config.h"
#include "json/local.h"

#include <pthread.h>

#define KEYS_MAX 64

/* An agent of this PC that answers from a thread. */
struct agent {
    char endpoint[128];
    pthread_t thread;
    int ready[2];
    int over[2];
    const char *fault;
    /* How it behaves. */
    uint32_t deaf_count;       /* requests that it loses at first */
    uint64_t full_from;        /* drafts from this one on find the outbox full; 0: never */
    uint64_t refused_sequence; /* its outcome is a refusal; 0: none */
    uint32_t slow_count;       /* WAITs whose outcomes are not there yet */
    /* What it saw. */
    uint64_t sequence;
    uint32_t key_count;
    char keys[KEYS_MAX][TCN_RETRY_KEY_BYTES_MAX];
    /* The thread's own. */
    struct tcn_sock *sock;
    struct tcn_parts parts;
    struct tcn_arena asked;
    struct tcn_arena answered;
};

/* True when the key was seen before; else it is kept. */
static bool is_known(struct agent *agent, struct tcn_slice key) {
    for (uint32_t index = 0; index < agent->key_count; index++) {
        if (tcn_slice_is_text(key, agent->keys[index])) {
            return true;
        }
    }
    if (agent->key_count == KEYS_MAX ||
        tcn_text_copy(key, agent->keys[agent->key_count], TCN_RETRY_KEY_BYTES_MAX) != TCN_OK) {
        agent->fault = "too many keys";
        return false;
    }
    agent->key_count++;
    return false;
}

static void enter(struct agent *agent, const struct tcn_local_request *request,
                  struct tcn_local_answer *answer) {
    if (agent->full_from != 0 && agent->sequence + 1 >= agent->full_from) {
        answer->code = TCN_FULL;
        return;
    }
    if (tcn_slice_is_text(request->draft.event.domain, "strange")) {
        answer->code = TCN_BAD_VALUE;
        answer->field = tcn_slice_text("domain");
        answer->sentence = tcn_slice_text("no \033such domain");
        return;
    }
    answer->is_repeat = is_known(agent, request->draft.retry_key);
    agent->sequence += answer->is_repeat ? 0 : 1;
    answer->lane = TCN_LANE_ROUTINE;
    answer->epoch = 7;
    answer->sequence = agent->sequence;
    answer->slip = tcn_slice_text("AAAAA-BBBBB");
    answer->matter = (struct tcn_id){{1}};
}

static void await(struct agent *agent, const struct tcn_local_request *request,
                  struct tcn_local_answer *answer) {
    struct tcn_local_outcome *outcomes =
        tcn_arena_alloc(&agent->answered, TCN_LOCAL_RECEIPTS_MAX * sizeof *outcomes);
    bool is_slow = agent->slow_count > 0;
    agent->slow_count -= is_slow ? 1 : 0;
    for (uint32_t index = 0; outcomes != NULL && index < request->receipt_count; index++) {
        uint64_t sequence = request->receipts[index].sequence;
        bool is_refused = sequence == agent->refused_sequence;
        outcomes[index] =
            (struct tcn_local_outcome){.lane = TCN_LANE_ROUTINE,
                                       .epoch = 7,
                                       .sequence = sequence,
                                       .position = is_refused || is_slow ? 0 : 100 + sequence,
                                       .code = is_slow      ? TCN_AGAIN
                                               : is_refused ? TCN_BAD_DIVISION
                                                            : TCN_OK};
    }
    answer->outcomes = outcomes;
    answer->outcome_count = request->receipt_count;
}

static void serve_one(struct agent *agent) {
    struct tcn_local_request request;
    struct tcn_local_answer answer = {.code = TCN_OK};
    struct tcn_json_error error;
    struct tcn_slice frames[3] = {tcn_parts_frame(&agent->parts, 0),
                                  tcn_parts_frame(&agent->parts, 1)};
    tcn_arena_reset(&agent->asked);
    tcn_arena_reset(&agent->answered);
    if (tcn_json_decode_request(tcn_parts_frame(&agent->parts, 2), &agent->asked, &error,
                                &request) != TCN_OK) {
        agent->fault = "a request does not decode";
        return;
    }
    if (agent->deaf_count > 0) {
        agent->deaf_count--;
        return;
    }
    if (request.op == TCN_LOCAL_WAIT) {
        await(agent, &request, &answer);
    } else {
        enter(agent, &request, &answer);
    }
    if (tcn_json_encode_answer(&answer, &agent->answered, &frames[2]) != TCN_OK) {
        agent->fault = "an answer cannot be encoded";
        return;
    }
    /* Who has heard enough is gone before it was told all, as with the agent that this stands for.
     */
    const enum tcn_status status = tcn_sock_send(agent->sock, frames, 3);
    if (status != TCN_OK && status != TCN_ABSENT) {
        agent->fault = "an answer cannot be sent";
    }
}

static void serve(struct agent *agent) {
    struct tcn_poller poller;
    tcn_poller_init(&poller);
    if (tcn_poller_add(&poller, agent->sock, TCN_POLL_IN, 1) != TCN_OK ||
        tcn_poller_add_descriptor(&poller, agent->over[0], TCN_POLL_IN, 2) != TCN_OK) {
        agent->fault = "the poller is full";
    }
    while (agent->fault == NULL) {
        struct tcn_poller_ready ready[TCN_POLLER_MAX];
        size_t count = 0;
        enum tcn_status status = tcn_sock_recv(agent->sock, &agent->parts);
        if (status == TCN_OK) {
            serve_one(agent);
            continue;
        }
        if (tcn_poller_wait(&poller, TCN_SECOND_NS, ready, &count) != TCN_OK) {
            agent->fault = "the poller failed";
        }
        if (count > 0 && ready[count - 1].token == 2) {
            return;
        }
    }
}

static void *run(void *context) {
    struct agent *agent = context;
    struct tcn_link *link = NULL;
    const struct tcn_sock_options options = {
        .role = TCN_SOCK_ROUTER_LOCAL, .frame_bytes_max = 1024 * 1024, .hwm = 1000};
    tcn_parts_init(&agent->parts);
    bool is_open = tcn_arena_init(&agent->asked, 4 * 1024 * 1024) == TCN_OK &&
                   tcn_arena_init(&agent->answered, 4 * 1024 * 1024) == TCN_OK &&
                   tcn_link_open(1, 16, &link) == TCN_OK &&
                   tcn_sock_open(link, &options, &agent->sock) == TCN_OK &&
                   tcn_sock_bind(agent->sock, agent->endpoint) == TCN_OK;
    agent->fault = is_open ? NULL : "the agent does not open";
    if (write(agent->ready[1], "!", 1) == 1 && is_open) {
        serve(agent);
    }
    tcn_parts_fini(&agent->parts);
    tcn_sock_close(&agent->sock);
    tcn_link_close(&link);
    tcn_arena_fini(&agent->asked);
    tcn_arena_fini(&agent->answered);
    return NULL;
}

/* Starts the agent and writes a configuration that names it. */
static void start(struct agent *agent, struct desk *desk) {
    char path[128];
    desk_open(desk);
    (void)snprintf(agent->endpoint, sizeof agent->endpoint, "ipc://%s/sock", desk->dir);
    (void)snprintf(path, sizeof path, "%s/tocsin.yaml", desk->dir);
    const struct tcn_config config = {
        .has_client = true,
        .client = {.broker_endpoint = "tcp://127.0.0.1:9",
                   .broker_transport_key = {{1}},
                   .collector_signing_key = {{2}},
                   .key_file = "/nowhere/keys/a.key",
                   .organ = "office_a",
                   .agent_endpoint = agent->endpoint,
                   .principal = 4},
    };
    assert_int_equal(tcn_config_write(path, &config), TCN_OK);
    assert_int_equal(pipe(agent->ready), 0);
    assert_int_equal(pipe(agent->over), 0);
    assert_int_equal(pthread_create(&agent->thread, NULL, run, agent), 0);
    char byte = 0;
    assert_int_equal(read(agent->ready[0], &byte, 1), 1);
}

static void stop(struct agent *agent, struct desk *desk) {
    assert_int_equal(write(agent->over[1], "!", 1), 1);
    assert_int_equal(pthread_join(agent->thread, NULL), 0);
    for (int index = 0; index < 2; index++) {
        (void)close(agent->ready[index]);
        (void)close(agent->over[index]);
    }
    desk_close(desk);
    if (agent->fault != NULL) {
        fail_msg("in the agent: %s", agent->fault);
    }
}

/* Hands in lines.jsonl with some options. */
static int hand_in(struct desk *desk, const char *options) {
    char line[512];
    desk_wipe(desk);
    (void)snprintf(line, sizeof line, "report --config %s/tocsin.yaml --from %s/lines.jsonl %s",
                   desk->dir, desk->dir, options);
    return desk_run(desk, line);
}

static void expect(struct desk *desk, const char *out, const char *err) {
    if (strstr(desk_out(desk), out) == NULL || strstr(desk_err(desk), err) == NULL) {
        fail_msg("out: %s\nerr: %s", desk_out(desk), desk_err(desk));
    }
}

#define GOOD "{\"domain\":\"petition\",\"division\":\"520502012000\",\"concerns\":\"nobody\"}\n"
#define STRANGE "{\"domain\":\"strange\",\"division\":\"520502012000\",\"concerns\":\"nobody\"}\n"

static void a_faulty_line_is_named_and_the_rest_goes_on(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {0};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD "not json\n\n" STRANGE "{\"domain\":1}\n" GOOD);
    assert_int_equal(hand_in(&desk, ""), TCN_EXIT_REFUSED);
    expect(&desk, "5 lines: 2 entered, 0 entered before, 3 faulty", "lines.jsonl:2: expected");
    expect(&desk, "", "lines.jsonl:4: domain: no ?such domain");
    expect(&desk, "", "lines.jsonl:5: domain: expected");
    stop(&agent, &desk);
    assert_int_equal(agent.sequence, 2);
}

static void strict_stops_at_the_first_fault(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {0};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", "not json\n" GOOD GOOD);
    assert_int_equal(hand_in(&desk, "--strict"), TCN_EXIT_REFUSED);
    expect(&desk, "1 lines: 0 entered", "lines.jsonl:1:");
    stop(&agent, &desk);
}

static void a_full_outbox_ends_the_intake(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {.full_from = 2};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD GOOD GOOD);
    assert_int_equal(hand_in(&desk, ""), TCN_EXIT_FAILURE);
    expect(&desk, "1 entered", "the storage is full");
    stop(&agent, &desk);
}

static void handing_in_the_same_file_again_enters_nothing(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {0};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD GOOD GOOD);
    assert_int_equal(hand_in(&desk, ""), TCN_EXIT_OK);
    expect(&desk, "3 lines: 3 entered, 0 entered before", "");
    assert_int_equal(hand_in(&desk, "-o json"), TCN_EXIT_OK);
    expect(&desk, "\"repeats\": 3", "");
    assert_int_equal(hand_in(&desk, "--batch other"), TCN_EXIT_OK);
    expect(&desk, "3 entered, 0 entered before", "");
    stop(&agent, &desk);
    assert_string_equal(agent.keys[3], "other:1");
    assert_int_equal(agent.sequence, 6);
}

static void a_line_may_bring_its_own_key(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {0};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl",
               "{\"domain\":\"petition\",\"division\":\"520502012000\",\"concerns\":\"nobody\","
               "\"key\":\"mine\"}\n");
    assert_int_equal(hand_in(&desk, "-o ndjson"), TCN_EXIT_OK);
    expect(&desk, "{\"line\":1,\"code\":\"ok\",", "1 lines: 1 entered");
    stop(&agent, &desk);
    assert_string_equal(agent.keys[0], "mine");
}

static void waiting_tells_what_the_collector_refused(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {.refused_sequence = 2, .slow_count = 2};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD GOOD GOOD);
    assert_int_equal(hand_in(&desk, "--wait"), TCN_EXIT_REFUSED);
    expect(&desk, "3 entered, 0 entered before, 0 faulty; 2 in the log, 1 refused",
           "lines.jsonl:2: a division is not 12 digits");
    stop(&agent, &desk);
}

static void waiting_in_vain_is_no_fault_of_the_lines(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {.slow_count = UINT32_MAX};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD);
    assert_int_equal(hand_in(&desk, "--wait --timeout 0.2"), TCN_EXIT_TIMEOUT);
    expect(&desk, "1 entered", "safe in the outbox");
    stop(&agent, &desk);
}

static void an_agent_that_lost_its_requests_gets_them_again(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {.deaf_count = 2};
    start(&agent, &desk);
    desk_write(&desk, "lines.jsonl", GOOD GOOD GOOD);
    assert_int_equal(hand_in(&desk, ""), TCN_EXIT_OK);
    stop(&agent, &desk);
    assert_int_equal(agent.sequence, 3);
}

static void one_report_prints_its_slip(void **state) {
    (void)state;
    struct desk desk;
    struct agent agent = {0};
    char line[256];
    start(&agent, &desk);
    (void)snprintf(line, sizeof line,
                   "report --config %s/tocsin.yaml --domain petition --division 520502012000 "
                   "--concerns nobody --key k --wait",
                   desk.dir);
    assert_int_equal(desk_run(&desk, line), TCN_EXIT_OK);
    expect(&desk, "slip    AAAAA-BBBBB\n", "");
    expect(&desk, "in the log, position 101", "");
    stop(&agent, &desk);
    assert_string_equal(agent.keys[0], "k");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_faulty_line_is_named_and_the_rest_goes_on),
        cmocka_unit_test(strict_stops_at_the_first_fault),
        cmocka_unit_test(a_full_outbox_ends_the_intake),
        cmocka_unit_test(waiting_tells_what_the_collector_refused),
        cmocka_unit_test(waiting_in_vain_is_no_fault_of_the_lines),
        cmocka_unit_test(an_agent_that_lost_its_requests_gets_them_again),
        cmocka_unit_test(handing_in_the_same_file_again_enters_nothing),
        cmocka_unit_test(a_line_may_bring_its_own_key),
        cmocka_unit_test(one_report_prints_its_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
