/* SPDX-License-Identifier: Apache-2.0 */
/* Situation f, step by step through the fold: a placement reaches its twelfth month with one month
 * unproved. And what breaks the rules of a program, or of the state under it. */
#include "placement_world.h"

#include "base/date.h"
#include "civil.h"
#include "core/trace.h"

/** A fold that knows the program, and the time of its log. */
struct world {
    struct fixture fixture;
    struct tcn_policy policy;
    int64_t now_ns;
};

static void open_world(struct world *world, const char *since) {
    memset(world, 0, sizeof(*world));
    world->policy = placement_policy();
    tcn_memstate_init(&world->fixture.state);
    assert_int_equal(tcn_fold_init(&world->fixture.fold, &world->policy, &tcn_memstate_ops,
                                   &world->fixture.state),
                     TCN_OK);
    world->now_ns = at(since);
}

/** Folds an event at the log's time. */
static struct tcn_outcome fold_now(struct world *world, uint16_t organ, struct tcn_event *event) {
    struct tcn_fold_input in = input_of(&world->fixture, organ, event);
    struct tcn_outcome outcome;
    in.log_time_ns = world->now_ns;
    event->recorded_ns = event->recorded_ns != 0 ? event->recorded_ns : world->now_ns;
    assert_int_equal(tcn_fold_step(&world->fixture.fold, &in, &outcome), TCN_OK);
    return outcome;
}

/** Nothing happens until then but that time passes. */
static void wait_until(struct world *world, const char *when) {
    struct tcn_event tick = {.format = TCN_EVENT_FORMAT, .act = TCN_ACT_TICK};
    world->now_ns = at(when);
    (void)fold_now(world, 0, &tick);
}

/** One act with what it says. */
struct said {
    int64_t month;
    const char *claim;
    int64_t fen;
    const char *evidence;
    const char *reason;
    const char *missing;
    const char *next_step;
    const char *post;
    const char *how;
};

static struct tcn_outcome say(struct world *world, uint16_t organ, enum tcn_act act,
                              struct said said) {
    struct tcn_attribute attributes[8];
    uint32_t count = 0;
    struct tcn_event event = act_of(act, 1);
    if (said.month != 0) {
        attributes[count++] = number_attribute("month", said.month);
    }
    if (said.fen != 0) {
        attributes[count++] = number_attribute("amount_fen", said.fen);
    }
    if (said.claim != NULL) {
        attributes[count++] = word_attribute("claim", said.claim);
    }
    if (said.evidence != NULL) {
        attributes[count++] = word_attribute("evidence", said.evidence);
    }
    if (said.missing != NULL) {
        attributes[count++] = word_attribute("missing_items", said.missing);
    }
    if (said.next_step != NULL) {
        attributes[count++] = word_attribute("next_step", said.next_step);
    }
    event.act_body.reason = tcn_slice_text(said.reason != NULL ? said.reason : "");
    event.act_body.post = tcn_slice_text(said.post != NULL ? said.post : "");
    event.act_body.how = tcn_slice_text(said.how != NULL ? said.how : "");
    event.attributes = attributes;
    event.attribute_count = count;
    return fold_now(world, organ, &event);
}

static void report_by(struct world *world, uint16_t organ, int64_t first) {
    const struct tcn_attribute since = number_attribute("start_month", first);
    struct tcn_event event = report_of(1, "place");
    event.attributes = &since;
    event.attribute_count = 1;
    event.learned_ns = world->now_ns;
    assert_int_equal(fold_now(world, organ, &event).code, TCN_OK);
    assert_int_equal(say(world, SAFETY, TCN_ACT_ACCEPTED, (struct said){0}).code, TCN_OK);
}

static void report_placement(struct world *world, int64_t first) {
    report_by(world, OFFICE_A, first);
}

static const struct tcn_placement *placement_of(const struct world *world) {
    const struct tcn_id id = matter_id(1);
    const struct tcn_matter *matter = tcn_memstate_matter(&world->fixture.state, &id);
    assert_non_null(matter);
    const struct tcn_placement *placement =
        tcn_memstate_placement(&world->fixture.state, matter->birth_position);
    assert_non_null(placement);
    return placement;
}

static enum tcn_stage stage_of(const struct world *world) {
    const struct tcn_id id = matter_id(1);
    return tcn_memstate_matter(&world->fixture.state, &id)->stage;
}

/** The months as letters: . open, C confirmed, L late, u unconfirmed, I interrupted. */
static void assert_months(const struct world *world, const char *wanted) {
    static const char letters[] = "?.CLuI";
    const struct tcn_placement *placement = placement_of(world);
    char text[TCN_PLACEMENT_MONTHS_MAX + 1] = "";
    for (uint32_t i = 0; i < placement->month_count; i++) {
        text[i] = letters[placement->months[i].state];
    }
    text[placement->month_count] = '\0';
    assert_string_equal(text, wanted);
}

/** The last alert of an organ. */
static struct tcn_alert heard_last(const struct world *world, uint16_t organ) {
    const struct tcn_stream stream = {.mode = TCN_MODE_ACTUAL, .organ = organ};
    const uint64_t head = tcn_memstate_head(&world->fixture.state, stream);
    const struct tcn_alert *alert = tcn_memstate_alert(&world->fixture.state, stream, head);
    assert_non_null(alert);
    return *alert;
}

static size_t alert_count(const struct world *world) {
    return world->fixture.state.alerts.count;
}

/** The firm's office proves a month in time: five days behind its end. */
static void prove(struct world *world, int64_t month) {
    char when[32];
    const int64_t next = month % 100 == 12 ? month + 89 : month + 1;
    (void)snprintf(when, sizeof(when), "%04d-%02d-05 10:00:00", (int)(next / 100),
                   (int)(next % 100));
    world->now_ns = at(when);
    const struct said said = {.month = month, .evidence = "payroll", .post = "clerk"};
    assert_int_equal(say(world, WATER, TCN_ACT_MONTH_CONFIRMED, said).code, TCN_OK);
}

static void prove_all(struct world *world, int64_t from, int64_t to) {
    for (int64_t month = from; month <= to; month++) {
        prove(world, month);
    }
}

static const struct said worker = {.claim = "worker", .fen = 200000};

/* The situation of the duty desk. */
static void come_to_a_claim_with_one_month_unproved(struct world *world) {
    open_world(world, "2021-01-06 09:00:00");
    report_placement(world, 202101);
    assert_months(world, "............");
    prove_all(world, 202101, 202104);

    /* Nobody proves May. Its time is over with 15 June: a paper is missing, nobody has failed. */
    wait_until(world, "2021-06-15 23:59:00");
    assert_months(world, "CCCC........");
    size_t before = alert_count(world);
    wait_until(world, "2021-06-16 00:00:01");
    assert_months(world, "CCCCu.......");
    assert_int_equal(alert_count(world), before + 3); /* who leads, the office, the firm's office */
    for (size_t i = 0; i < 3; i++) {
        static const uint16_t organs[] = {SAFETY, OFFICE_A, WATER};
        const struct tcn_alert alert = heard_last(world, organs[i]);
        assert_int_equal(alert.reason, TCN_REASON_CLOCK);
        assert_int_equal(alert.fired.kind, TCN_DUE_PLACEMENT);
        assert_int_equal(alert.fired.stage, TCN_PLACEMENT_UNPROVED);
        assert_int_equal(alert.fired.rule, 202105);
    }

    /* The village that recommended says he worked: recorded, and by itself not enough. */
    const struct said may = {.month = 202105, .evidence = "contract", .post = "clerk"};
    assert_int_equal(say(world, OFFICE_A, TCN_ACT_MONTH_CONFIRMED, may).code, TCN_OK);
    assert_months(world, "CCCCu.......");
    prove_all(world, 202106, 202110);

    /* Thirty days before the last month ends, whoever can still find the paper is reminded. */
    world->now_ns = at("2021-11-30 12:00:00");
    prove(world, 202111); /* on 5 December: the reminder of 1 December comes before it */
    const struct tcn_alert reminder = heard_last(world, OFFICE_A);
    assert_int_equal(reminder.fired.stage, TCN_PLACEMENT_LAST);
    assert_int_equal(reminder.fired.rule, 1); /* one month lacks its paper */
    prove(world, 202112);
    assert_months(world, "CCCCuCCCCCCC");

    /* The claim is taken as it is, and whoever pays and the desk are warned of what it breaks. */
    assert_int_equal(say(world, OFFICE_A, TCN_ACT_CLAIMED, worker).code, TCN_OK);
    assert_int_equal(stage_of(world), TCN_STAGE_CLAIMED);
    assert_int_equal(heard_last(world, SAFETY).reason, TCN_REASON_BREACH);
    assert_int_equal(heard_last(world, SAFETY).code, TCN_BREACH_INCOMPLETE | TCN_BREACH_OWN_WORD);
    assert_int_equal(heard_last(world, DESK).reason, TCN_REASON_BREACH);
}

/* And what becomes of it. */
static void a_placement_reaches_its_twelfth_month_with_one_month_unproved(void **state) {
    (void)state;
    const struct said may = {.month = 202105, .evidence = "contract", .post = "clerk"};
    struct world world;
    come_to_a_claim_with_one_month_unproved(&world);

    /* A refusal says everything that is missing at once, and the way that remains. */
    struct said no = {.claim = "worker", .reason = "papers", .next_step = "review"};
    struct tcn_outcome outcome = say(&world, SAFETY, TCN_ACT_DECLINED, no);
    assert_int_equal(outcome.code, TCN_BAD_VALUE);
    assert_int_equal(outcome.missing, TCN_FACT_MISSING);
    no.missing = "payroll of 202105";
    assert_int_equal(say(&world, SAFETY, TCN_ACT_DECLINED, no).code, TCN_OK);
    const struct said told = {.how = "phone"};
    assert_int_equal(say(&world, SAFETY, TCN_ACT_PETITIONER_TOLD, told).code, TCN_OK);
    assert_int_equal(stage_of(&world), TCN_STAGE_TOLD);

    /* The paper is found. Who brought it does not approve it, nor does who recommended. */
    assert_int_equal(say(&world, WATER, TCN_ACT_SUBMITTED, may).code, TCN_OK);
    assert_months(&world, "CCCCuCCCCCCC");
    assert_int_equal(say(&world, WATER, TCN_ACT_APPROVED, may).code, TCN_DENIED);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_APPROVED, may).code, TCN_DENIED);
    assert_int_equal(say(&world, SAFETY, TCN_ACT_APPROVED, may).code, TCN_OK);
    assert_months(&world, "CCCCLCCCCCCC");

    /* Now both are due, once each. */
    const size_t before = alert_count(&world);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_CLAIMED, worker).code, TCN_OK);
    assert_int_equal(heard_last(&world, SAFETY).reason, TCN_REASON_HOLDER);
    assert_int_equal(say(&world, SAFETY, TCN_ACT_PAID, worker).code, TCN_OK);
    const struct said village = {.claim = "village", .fen = 50000};
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_CLAIMED, village).code, TCN_OK);
    assert_int_equal(say(&world, SAFETY, TCN_ACT_PAID, village).code, TCN_OK);
    for (size_t i = before; i < alert_count(&world); i++) {
        const struct tcn_alert *alerts =
            (const struct tcn_alert *)(const void *)world.fixture.state.alerts.rows;
        assert_int_not_equal(alerts[i].reason, TCN_REASON_BREACH);
    }
    assert_int_equal(placement_of(&world)->claims[TCN_CLAIM_WORKER].state, TCN_CLAIM_STATE_PAID);
    assert_int_equal(placement_of(&world)->claims[TCN_CLAIM_VILLAGE].fen, 50000);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_CLAIMED, village).code, TCN_OK);
    assert_int_equal(heard_last(&world, DESK).code, TCN_BREACH_TWICE);
    stop(&world.fixture);
}

/** A placement whose twelve months are proved, before any claim. */
static void open_complete(struct world *world) {
    open_world(world, "2021-01-06 09:00:00");
    report_placement(world, 202101);
    prove_all(world, 202101, 202112);
    assert_months(world, "CCCCCCCCCCCC");
}

static void each_rule_that_a_claim_breaks_warns_who_pays_and_the_desk(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        uint16_t organ;
        struct said said;
        uint32_t breaches;
    } rows[] = {
        {TCN_ACT_CLAIMED, OFFICE_A, {.claim = "worker", .fen = 200001}, TCN_BREACH_OVER},
        {TCN_ACT_CLAIMED, WATER, {.claim = "worker", .fen = 200000}, TCN_BREACH_TWICE},
        {TCN_ACT_PAID, SAFETY, {.claim = "worker", .fen = 199999}, TCN_BREACH_UNDER},
        {TCN_ACT_PAID, SAFETY, {.claim = "worker", .fen = 200000}, TCN_BREACH_TWICE},
        {TCN_ACT_PAID, SAFETY, {.claim = "village", .fen = 50000}, TCN_BREACH_UNASKED},
        {TCN_ACT_CLAIMED, OFFICE_A, {.claim = "firm", .fen = 1}, TCN_BREACH_NO_SUCH},
        {TCN_ACT_CLAIMED,
         OFFICE_A,
         {.claim = "pay", .month = 202101, .fen = 1},
         TCN_BREACH_NO_SUCH},
    };
    struct world world;
    open_complete(&world);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(say(&world, rows[i].organ, rows[i].act, rows[i].said).code, TCN_OK);
        const struct tcn_alert alert = heard_last(&world, DESK);
        assert_int_equal(alert.reason, TCN_REASON_BREACH);
        assert_int_equal(alert.code, rows[i].breaches);
        assert_int_equal(alert.position, world.fixture.fold.applied.position);
        if (rows[i].organ != SAFETY) {
            assert_int_equal(heard_last(&world, SAFETY).reason, TCN_REASON_BREACH);
        }
    }
    stop(&world.fixture);
}

static void what_a_placement_cannot_take_is_void_and_changes_nothing(void **state) {
    (void)state;
    static const struct {
        enum tcn_act act;
        uint16_t organ;
        struct said said;
        enum tcn_status code;
        uint32_t missing;
    } rows[] = {
        {TCN_ACT_MONTH_CONFIRMED, WATER, {.month = 202013}, TCN_BAD_VALUE, TCN_FACT_MONTH},
        {TCN_ACT_MONTH_CONFIRMED, WATER, {.month = 202012}, TCN_BAD_VALUE, TCN_FACT_MONTH},
        {TCN_ACT_MONTH_CONFIRMED, WATER, {.month = 202401}, TCN_BAD_VALUE, TCN_FACT_MONTH},
        {TCN_ACT_MONTH_CONFIRMED, WATER, {.claim = "pay"}, TCN_BAD_VALUE, TCN_FACT_MONTH},
        {TCN_ACT_MONTH_CONFIRMED, OFFICE_B, {.month = 202101}, TCN_DENIED, 0},
        {TCN_ACT_SUBMITTED, WATER, {.month = 202101}, TCN_BAD_VALUE, TCN_FACT_EVIDENCE},
        {TCN_ACT_APPROVED, SAFETY, {.month = 202101, .post = "head"}, TCN_NOT_ALLOWED, 0},
        {TCN_ACT_SUSPENDED, WATER, {.month = 202101}, TCN_BAD_VALUE, TCN_FACT_REASON},
        {TCN_ACT_CLAIMED, OFFICE_A, {.fen = 1}, TCN_BAD_VALUE, TCN_FACT_CLAIM},
        {TCN_ACT_CLAIMED, OFFICE_A, {.claim = "bonus", .fen = 1}, TCN_BAD_VALUE, TCN_FACT_CLAIM},
        {TCN_ACT_CLAIMED, OFFICE_A, {.claim = "worker"}, TCN_BAD_VALUE, TCN_FACT_AMOUNT},
        {TCN_ACT_CLAIMED, OFFICE_A, {.claim = "pay", .fen = 1}, TCN_BAD_VALUE, TCN_FACT_MONTH},
        {TCN_ACT_PAID, OFFICE_A, {.claim = "worker", .fen = 1}, TCN_DENIED, 0},
        {TCN_ACT_PAID, SAFETY, {.claim = "worker", .fen = 1}, TCN_NOT_ALLOWED, 0},
    };
    struct world world;
    open_world(&world, "2021-03-06 09:00:00");
    report_placement(&world, 202101);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct tcn_outcome outcome = say(&world, rows[i].organ, rows[i].act, rows[i].said);
        assert_int_equal(outcome.code, rows[i].code);
        assert_int_equal(outcome.missing, rows[i].missing);
    }
    assert_int_equal(placement_of(&world)->breaches, 0);
    assert_int_equal(placement_of(&world)->claims[TCN_CLAIM_WORKER].state, TCN_CLAIM_STATE_NONE);
    assert_months(&world, "u...........");
    stop(&world.fixture);
}

static void an_interrupted_month_starts_the_row_anew(void **state) {
    (void)state;
    struct world world;
    open_world(&world, "2021-01-06 09:00:00");
    report_placement(&world, 202101);
    prove_all(&world, 202101, 202105);
    const struct said june = {.month = 202106, .reason = "plant_closed", .evidence = "payroll"};
    assert_int_equal(say(&world, WATER, TCN_ACT_SUSPENDED, june).code, TCN_OK);
    assert_months(&world, "CCCCCI............");
    assert_int_equal(say(&world, WATER, TCN_ACT_MONTH_CONFIRMED, june).code, TCN_NOT_ALLOWED);
    assert_int_equal(say(&world, WATER, TCN_ACT_SUBMITTED, june).code, TCN_NOT_ALLOWED);
    prove_all(&world, 202107, 202112);
    prove_all(&world, 202201, 202205);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_CLAIMED, worker).code, TCN_OK);
    assert_int_equal(heard_last(&world, DESK).code, TCN_BREACH_INCOMPLETE);
    prove(&world, 202206);
    assert_months(&world, "CCCCCICCCCCCCCCCCC");
    assert_int_equal(say(&world, SAFETY, TCN_ACT_PAID, worker).code, TCN_OK);
    assert_int_equal(heard_last(&world, OFFICE_A).reason, TCN_REASON_ANSWER);
    stop(&world.fixture);
}

/* Downtime punishes nobody: a word that was recorded in time counts when it comes, and months that
 * went by before anybody reported are one reminder. */
static void a_word_that_was_recorded_in_time_counts_when_it_comes(void **state) {
    (void)state;
    struct world world;
    open_world(&world, "2021-06-20 09:00:00");
    report_placement(&world, 202101);
    wait_until(&world, "2021-06-20 10:00:00");
    assert_months(&world, "uuuuu.......");
    const struct tcn_alert *alerts =
        (const struct tcn_alert *)(const void *)world.fixture.state.alerts.rows;
    size_t reminder_count = 0;
    for (size_t i = 0; i < alert_count(&world); i++) {
        reminder_count += alerts[i].reason == TCN_REASON_CLOCK ? 1 : 0;
    }
    assert_int_equal(reminder_count, 3);
    assert_int_equal(heard_last(&world, WATER).fired.rule, 202105);
    const struct tcn_attribute may = number_attribute("month", 202105);
    struct tcn_event event = act_of(TCN_ACT_MONTH_CONFIRMED, 1);
    event.attributes = &may;
    event.attribute_count = 1;
    event.recorded_ns = at("2021-06-15 23:59:59");
    assert_int_equal(fold_now(&world, WATER, &event).code, TCN_OK);
    assert_months(&world, "uuuuC.......");
    /* One that was recorded behind it is a proof that waits for its second. */
    const struct said april = {.month = 202104, .evidence = "payroll", .post = "clerk"};
    assert_int_equal(say(&world, WATER, TCN_ACT_MONTH_CONFIRMED, april).code, TCN_OK);
    assert_months(&world, "uuuuC.......");
    assert_int_equal(say(&world, SAFETY, TCN_ACT_APPROVED, april).code, TCN_OK);
    assert_months(&world, "uuuLC.......");
    stop(&world.fixture);
}

static void a_second_refusal_is_a_fault_of_who_refuses_and_a_review_goes_up(void **state) {
    (void)state;
    const struct said no = {
        .claim = "worker", .reason = "papers", .next_step = "review", .missing = "202101"};
    const struct said none = {.how = "phone"};
    struct world world;
    open_world(&world, "2021-01-06 09:00:00");
    report_placement(&world, 202101);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(say(&world, OFFICE_A, TCN_ACT_CLAIMED, worker).code, TCN_OK);
        assert_int_equal(say(&world, SAFETY, TCN_ACT_DECLINED, no).code, TCN_OK);
    }
    assert_int_equal(heard_last(&world, DESK).code, TCN_BREACH_REFUSED_AGAIN);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_REVIEW_ASKED, none).code, TCN_OK);
    assert_int_equal(stage_of(&world), TCN_STAGE_REVIEW);
    assert_int_equal(say(&world, DESK, TCN_ACT_REPLIED, none).code, TCN_OK);
    assert_int_equal(stage_of(&world), TCN_STAGE_REVIEWED);
    stop(&world.fixture);
}

/* Who has a word in the matter and is named by the program nowhere proves no month, and is not
 * taken for who recommended. */
static void a_word_of_the_desk_is_not_the_recommenders(void **state) {
    (void)state;
    const struct said january = {.month = 202101, .evidence = "payroll", .post = "clerk"};
    struct world world;
    open_world(&world, "2021-02-05 09:00:00");
    report_placement(&world, 202101);
    assert_int_equal(say(&world, DESK, TCN_ACT_MONTH_CONFIRMED, january).code, TCN_OK);
    assert_months(&world, "............");
    assert_int_equal(placement_of(&world)->months[0].marks, 0);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_MONTH_CONFIRMED, january).code, TCN_OK);
    assert_months(&world, "............");
    assert_int_equal(placement_of(&world)->months[0].marks, TCN_MONTH_OWN_WORD);
    stop(&world.fixture);
}

/** What the trace of the last event says of an organ. */
static void assert_reason(const struct world *world, enum tcn_why why, uint16_t organ) {
    assert_true(tcn_trace_has(world->fixture.fold.trace, why, organ));
}

/* Why a word of the recommender proves nothing, and who brought a late proof cannot pass it: the
 * reasons name them. */
static void who_may_not_prove_a_month_alone_is_named(void **state) {
    (void)state;
    const struct said may = {.month = 202105, .evidence = "contract", .post = "clerk"};
    struct tcn_trace trace = {.wanted_position = 0};
    struct world world;
    open_world(&world, "2021-06-20 09:00:00");
    world.fixture.fold.trace = &trace;
    report_placement(&world, 202101);
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_MONTH_CONFIRMED, may).code, TCN_OK);
    assert_reason(&world, TCN_WHY_MONTH_OWN_WORD, OFFICE_A);
    assert_int_equal(say(&world, SAFETY, TCN_ACT_SUBMITTED, may).code, TCN_OK);
    assert_false(tcn_trace_has(&trace, TCN_WHY_MONTH_OWN_WORD, SAFETY));
    assert_int_equal(say(&world, SAFETY, TCN_ACT_APPROVED, may).code, TCN_DENIED);
    assert_reason(&world, TCN_WHY_MONTH_VOID, 0);
    assert_reason(&world, TCN_WHY_MONTH_OWN_PROOF, SAFETY);
    /* An office approves nothing at all. */
    assert_int_equal(say(&world, OFFICE_A, TCN_ACT_APPROVED, may).code, TCN_DENIED);
    assert_reason(&world, TCN_WHY_ROW_DENIES, 0);
    /* Where the program's second brought it, the desk is the other one. */
    assert_int_equal(say(&world, DESK, TCN_ACT_APPROVED, may).code, TCN_OK);
    assert_months(&world, "uuuuL.......");
    stop(&world.fixture);
}

/* The desk approves, but not what it has recommended itself. */
static void a_desk_that_recommended_approves_nothing(void **state) {
    (void)state;
    const struct said may = {.month = 202105, .evidence = "contract", .post = "clerk"};
    struct tcn_trace trace = {.wanted_position = 0};
    struct world world;
    open_world(&world, "2021-06-20 09:00:00");
    world.fixture.fold.trace = &trace;
    report_by(&world, DESK, 202101);
    assert_int_equal(say(&world, WATER, TCN_ACT_SUBMITTED, may).code, TCN_OK);
    assert_int_equal(say(&world, DESK, TCN_ACT_APPROVED, may).code, TCN_DENIED);
    assert_reason(&world, TCN_WHY_MONTH_OWN_WORD, DESK);
    assert_false(tcn_trace_has(&trace, TCN_WHY_MONTH_OWN_PROOF, DESK));
    assert_int_equal(say(&world, SAFETY, TCN_ACT_APPROVED, may).code, TCN_OK);
    assert_months(&world, "uuuuL.......");
    stop(&world.fixture);
}

/* Every call of the state fails once: the fold gives up where it is, and nothing else happens. */
static void a_state_that_fails_stops_the_fold_where_it_is(void **state) {
    (void)state;
    for (uint64_t fail_at = 1; fail_at < 200; fail_at++) {
        struct world world;
        open_world(&world, "2021-01-06 09:00:00");
        report_placement(&world, 202101);
        prove_all(&world, 202101, 202104);
        world.now_ns = at("2021-06-16 00:00:01");
        struct tcn_event event = act_of(TCN_ACT_MONTH_CONFIRMED, 1);
        const struct tcn_attribute june = number_attribute("month", 202106);
        event.attributes = &june;
        event.attribute_count = 1;
        struct tcn_fold_input in = input_of(&world.fixture, WATER, &event);
        in.log_time_ns = world.now_ns;
        struct tcn_outcome outcome;
        world.fixture.state.call_count = 0;
        world.fixture.state.fail_at = fail_at;
        const enum tcn_status status = tcn_fold_step(&world.fixture.fold, &in, &outcome);
        stop(&world.fixture);
        if (status == TCN_OK) {
            assert_true(fail_at > 20);
            return;
        }
        assert_int_equal(status, TCN_IO);
    }
    fail_msg("the fold never came through");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_placement_reaches_its_twelfth_month_with_one_month_unproved),
        cmocka_unit_test(each_rule_that_a_claim_breaks_warns_who_pays_and_the_desk),
        cmocka_unit_test(what_a_placement_cannot_take_is_void_and_changes_nothing),
        cmocka_unit_test(an_interrupted_month_starts_the_row_anew),
        cmocka_unit_test(a_word_that_was_recorded_in_time_counts_when_it_comes),
        cmocka_unit_test(a_second_refusal_is_a_fault_of_who_refuses_and_a_review_goes_up),
        cmocka_unit_test(a_word_of_the_desk_is_not_the_recommenders),
        cmocka_unit_test(who_may_not_prove_a_month_alone_is_named),
        cmocka_unit_test(a_desk_that_recommended_approves_nothing),
        cmocka_unit_test(a_state_that_fails_stops_the_fold_where_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
