/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/handing.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "cli/item.h"
#include "cli/person.h"
#include "cli/show.h"
#include "client/accusing.h"
#include "client/ask.h"
#include "client/open.h"
#include "client/replay.h"
#include "client/rewrap.h"

/* Room for why a look broke off. */
#define WHY_BYTES 160
#define ASK_NS (10 * TCN_SECOND_NS)

/* One look through what the own organ was told of a matter. */
struct looking {
    const struct tcn_policy *policy;
    const struct tcn_key_set *keys;
    struct tcn_rewraps *handed; /* to this organ: halves come behind what they open */
    struct tcn_arena arena;
    struct tcn_handing_found found;
    bool is_collecting; /* the first time through */
};

/* What one item says of whom it accuses. */
static void read_item(struct looking *looking, const struct tcn_reading *reading) {
    struct tcn_handing_found *found = &looking->found;
    const struct tcn_event *event = &reading->event;
    found->is_told = true;
    found->is_guarded = found->is_guarded || event->guard_organ_count > 0 ||
                        event->concerns == TCN_CONCERNS_UNIT ||
                        event->concerns == TCN_CONCERNS_UNKNOWN;
    for (uint32_t i = 0; i < reading->text_count; i++) {
        if (reading->texts[i].kind == TCN_COMPARTMENT_ACCUSED) {
            tcn_handing_read(looking->policy, reading->texts[i].text, found);
        }
    }
    found->is_closed = found->is_closed || reading->is_sealed_unread; /* N4 */
    for (uint32_t i = 0; i < reading->closed_count; i++) {
        found->is_closed = found->is_closed || reading->closed[i] == TCN_COMPARTMENT_ACCUSED;
    }
}

static enum tcn_status take(void *context, const struct tcn_item *item) {
    struct looking *looking = context;
    const struct tcn_reader_keys reader = {.keys = looking->keys, .handed = looking->handed};
    struct tcn_reading reading;
    enum tcn_status status = TCN_OK;
    if (looking->is_collecting) {
        tcn_arena_reset(&looking->arena);
        status = tcn_rewraps_collect(looking->handed, item, looking->keys, &looking->arena);
    }
    if (status == TCN_OK) {
        tcn_arena_reset(&looking->arena);
        status = tcn_reading_make_with(item, &reader, &looking->arena, &reading);
    }
    if (status == TCN_OK) {
        read_item(looking, &reading);
    }
    return status;
}

/* Twice through it, and nothing of it stays. It is read the first time too: whom it accuses is
 * known as soon as it can be, should the second time break off. What was closed then may open. */
static enum tcn_status look(struct tcn_seat *seat, uint16_t own, const struct tcn_id *matter,
                            struct looking *looking) {
    const struct tcn_replay replay = {.organ = own, .matter = *matter};
    struct tcn_replay_result result;
    enum tcn_status status = tcn_arena_init(&looking->arena, TCN_ITEM_ARENA_BYTES);
    if (status == TCN_OK) {
        status = tcn_rewraps_create(&looking->handed);
    }
    for (uint32_t i = 0; i < 2 && status == TCN_OK; i++) {
        looking->is_collecting = i == 0;
        looking->found.is_closed = false;
        status = tcn_replay_run(seat->session, &replay, take, looking, &result);
        status = status == TCN_OK ? result.level : status; /* it may be of what is not seen yet */
    }
    tcn_rewraps_destroy(&looking->handed);
    tcn_secret_wipe(looking->arena.data, looking->arena.offset_max);
    tcn_arena_fini(&looking->arena);
    return status;
}

static struct tcn_slice text_of(const char *text) {
    return tcn_slice_text(text != NULL ? text : "");
}

/* What it names to be handed to; empty: nothing. */
static struct tcn_slice word_of(const struct tcn_handing *handing) {
    enum tcn_act act = TCN_ACT_NONE;
    if (tcn_act_from_name(tcn_slice_text(handing->act), &act) != TCN_OK) {
        return (struct tcn_slice){0};
    }
    return tcn_handing_word(act, text_of(handing->to), text_of(handing->domain));
}

/* The organ that the act hands to; 0: one that the policy does not know. */
static uint16_t organ_of(const struct tcn_policy *policy, const struct tcn_handing *handing) {
    enum tcn_act act = TCN_ACT_NONE;
    if (tcn_act_from_name(tcn_slice_text(handing->act), &act) != TCN_OK) {
        return 0;
    }
    return tcn_handing_organ(policy, act, text_of(handing->to), text_of(handing->domain));
}

/* Names who may: the bureaus that nobody keeps from it. */
static int refuse(struct tcn_cli *cli, const struct tcn_policy *policy,
                  const struct tcn_handing_found *found, const char *name) {
    (void)fprintf(cli->err,
                  "tocsin: cannot hand it to %s: because the complaint accuses that organ, or one "
                  "that stands over or under it; nothing was said\ntry: one of",
                  name);
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        const struct tcn_organ *organ = &policy->organs[i];
        if (organ->kind != TCN_ORGAN_OFFICE &&
            !tcn_handing_excludes(policy, found, organ->number)) {
            (void)fprintf(cli->err, " %s", organ->id);
        }
    }
    (void)fputc('\n', cli->err);
    return TCN_EXIT_REFUSED;
}

/* What no text says, a person does. */
static int vouch(struct tcn_cli *cli, const struct tcn_handing *handing, const char *name,
                 bool may_ask, const char *why) {
    if (handing->is_said) {
        return TCN_EXIT_OK;
    }
    if (!may_ask) {
        (void)fprintf(cli->err,
                      "tocsin: cannot hand it to %s: because %s; nothing was said\n"
                      "try: --not-accused, when you know that %s is not whom it accuses\n",
                      name, why, name);
        return TCN_EXIT_REFUSED;
    }
    return tcn_person_vouch(cli, name, handing->matter);
}

static int answer(struct tcn_cli *cli, const struct tcn_policy *policy,
                  const struct tcn_handing *handing, const struct tcn_handing_found *found) {
    const uint16_t organ = organ_of(policy, handing);
    const struct tcn_organ *to = tcn_policy_organ(policy, organ);
    const char *name = to != NULL ? to->id : "";
    switch (tcn_handing_judge(policy, found, organ)) {
    case TCN_HANDING_EXCLUDED:
        return refuse(cli, policy, found, name);
    case TCN_HANDING_ASKS:
        return vouch(cli, handing, name, true, "");
    case TCN_HANDING_CLOSED:
        return vouch(cli, handing, name, false, "whom the complaint accuses cannot be read here");
    case TCN_HANDING_GOES:
    default:
        return TCN_EXIT_OK;
    }
}

/* Sits down where the collector can be asked, with the policy in force: an organ's place in it may
 * have changed. What stands in the way is said; NULL: nothing does. */
static const char *sit_down(struct tcn_cli *cli, struct tcn_seat *seat, uint16_t *out_own) {
    static const char *const away = "the collector could not be asked whether it is a complaint";
    if (!seat->config->has_client || tcn_seat_session(cli, seat) != TCN_EXIT_OK) {
        return away;
    }
    /* Which policy is in force is told with the session, and that is asked for with a question. */
    const enum tcn_status status =
        tcn_ask_level(seat->session, 0, 0, tcn_clock_monotonic_ns() + ASK_NS);
    if (status != TCN_OK && status != TCN_DENIED) {
        return away;
    }
    tcn_seat_renew(seat, seat->session);
    if (tcn_seat_policy(seat) == NULL || tcn_seat_is_behind(seat)) {
        return "the policy in force could not be had";
    }
    return tcn_seat_organ(cli, seat, seat->organ, out_own) == TCN_EXIT_OK
               ? NULL
               : "the policy in force does not know this organ";
}

int tcn_handing_check(struct tcn_cli *cli, struct tcn_seat *seat,
                      const struct tcn_handing *handing) {
    const struct tcn_slice word = word_of(handing);
    struct tcn_id matter;
    uint16_t own = 0;
    if (word.size == 0 ||
        tcn_uuid_from_text(tcn_slice_text(handing->matter), matter.bytes) != TCN_OK) {
        return TCN_EXIT_OK; /* it hands nothing on */
    }
    char name[TCN_WORD_BYTES_MAX + 1];
    tcn_show_text(word, name, sizeof name);
    const char *away = sit_down(cli, seat, &own);
    if (away != NULL) {
        return vouch(cli, handing, name, false, away);
    }
    const struct tcn_policy *policy = tcn_seat_policy(seat);
    struct looking looking = {.policy = policy, .keys = &seat->keys};
    const struct tcn_organ *to = tcn_policy_organ(policy, organ_of(policy, handing));
    if (to == NULL) {
        return vouch(cli, handing, name, false,
                     "the policy in force knows no such organ or domain");
    }
    const enum tcn_status status = look(seat, own, &matter, &looking);
    if (status == TCN_OK && looking.found.is_told) {
        return answer(cli, policy, handing, &looking.found);
    }
    if (tcn_handing_excludes(policy, &looking.found, to->number)) { /* N2 */
        return refuse(cli, policy, &looking.found, to->id);
    }
    char why[WHY_BYTES];
    if (status == TCN_OK) { /* N5 */
        (void)snprintf(why, sizeof why, "%s was told nothing of that matter", seat->organ);
    } else {
        (void)snprintf(why, sizeof why, "the matter could not be read to its end (%s)",
                       tcn_status_sentence(status));
    }
    return vouch(cli, handing, to->id, false, why);
}
