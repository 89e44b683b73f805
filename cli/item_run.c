/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/item_run.h"

#include "base/uuid.h"
#include "cli/show.h"

#include <inttypes.h>
#include <string.h>

/* One more, "TOCSIN_ITEM_NAME=value"; a value that is no word of a policy is left out. */
static void add(struct tcn_run_want *want, const char *name, const char *value) {
    TCN_CHECK(want->variable_count < TCN_RUN_VARIABLES_MAX);
    char *variable = want->variables[want->variable_count];
    const int size = snprintf(variable, TCN_RUN_VARIABLE_BYTES, "TOCSIN_ITEM_%s=%s", name, value);
    if (size < 0 || size >= TCN_RUN_VARIABLE_BYTES) {
        (void)snprintf(variable, TCN_RUN_VARIABLE_BYTES, "TOCSIN_ITEM_%s=", name);
    }
    want->variable_count++;
}

static void add_number(struct tcn_run_want *want, const char *name, uint64_t number) {
    char text[24];
    (void)snprintf(text, sizeof text, "%" PRIu64, number);
    add(want, name, text);
}

static void add_word(struct tcn_run_want *want, const char *name, struct tcn_slice word) {
    char text[TCN_WORD_BYTES_MAX + 1] = "";
    const bool is_plain = tcn_text_is_word(word) || tcn_text_is_digits(word);
    if (is_plain && tcn_text_copy(word, text, sizeof text) != TCN_OK) {
        text[0] = '\0';
    }
    add(want, name, text);
}

/* What the open part says, as far as it decodes. */
static void add_event(const struct tcn_item_view *view, const struct tcn_item *item,
                      struct tcn_run_want *want) {
    const struct tcn_key_set none = {0};
    struct tcn_event event = {0};
    struct tcn_reading reading;
    tcn_arena_reset(view->arena);
    if (tcn_reading_make(item, &none, view->arena, &reading) == TCN_OK) {
        event = reading.event;
    }
    add(want, "ACT", tcn_act_name(item->alert.act));
    add_word(want, "DOMAIN", event.domain);
    add_word(want, "DIVISION", event.division);
}

enum tcn_status tcn_item_run_want(const struct tcn_item_view *view, const struct tcn_item *item,
                                  const char *organ, struct tcn_run_want *out_want) {
    struct tcn_run_want want = {.number = item->alert.number, .severity = item->alert.severity};
    char matter[TCN_UUID_TEXT_BYTES] = "";
    if (!tcn_id_is_none(&item->matter)) {
        tcn_uuid_to_text(item->matter.bytes, matter);
    }
    add_number(&want, "NUMBER", item->alert.number);
    add_number(&want, "POSITION", item->position);
    add(&want, "SEVERITY", tcn_severity_name(item->alert.severity));
    add(&want, "REASON", tcn_reason_name(item->alert.reason));
    add(&want, "MODE", tcn_mode_name(item->alert.stream.mode));
    add(&want, "MATTER", matter);
    add(&want, "ORGAN", organ);
    add_event(view, item, &want);
    const enum tcn_status status = tcn_item_encode(view, item, &want.input);
    if (status == TCN_OK) {
        *out_want = want;
    }
    return status;
}
