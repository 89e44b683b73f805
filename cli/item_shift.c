/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/item_shift.h"

#include "base/uuid.h"
#include "cli/show.h"
#include "model/shift.h"

#define INDENT 4

/* "telephone 0851-…", or that no number is known. */
static void print_phone(FILE *out, const struct tcn_policy *policy, struct tcn_slice organ) {
    const struct tcn_organ *found = policy != NULL ? tcn_policy_organ_by_id(policy, organ) : NULL;
    char duty_phone[TCN_SHOW_WORD_BYTES];
    tcn_show_text(tcn_slice_text(found != NULL ? found->duty_phone : ""), duty_phone,
                  sizeof duty_phone);
    if (duty_phone[0] != '\0') {
        (void)fprintf(out, "telephone it: %s", duty_phone);
    } else {
        (void)fputs("telephone it (the policy has no duty telephone for it)", out);
    }
}

void tcn_item_print_wake(FILE *out, const struct tcn_policy *policy, const struct tcn_item *item) {
    const bool is_desk = item->alert.fired.rule == TCN_WAKE_DESK;
    char organ[TCN_SHOW_WORD_BYTES];
    char title[TCN_SHOW_WORD_BYTES];
    char since[TCN_TIME_TEXT_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_show_text(item->subject, organ, sizeof organ);
    tcn_show_text(item->title_zh, title, sizeof title);
    tcn_show_time(item->alert.fired.due_ns, since);
    if (!is_desk) {
        (void)fprintf(out,
                      "%*snobody has the duty of %s %s since %s, by the roster\n%*stry: ", INDENT,
                      "", organ, title, since, INDENT, "");
        print_phone(out, policy, item->subject);
        (void)fputs("; there: tocsin duty take --post POST\n", out);
        return;
    }
    tcn_uuid_to_text(item->matter.bytes, matter);
    (void)fprintf(out,
                  "%*s%s %s has something urgent, and nobody there has said a word since it came: "
                  "due %s\n%*stry: ",
                  INDENT, "", organ, title, since, INDENT, "");
    print_phone(out, policy, item->subject);
    (void)fprintf(out, "; then tocsin callsheet %s\n", matter);
}

void tcn_item_print_shift(FILE *out, const struct tcn_event *event) {
    char post[TCN_SHOW_WORD_BYTES];
    char until[TCN_TIME_TEXT_BYTES];
    if (event->act != TCN_ACT_ON_DUTY && event->act != TCN_ACT_HANDED_OVER) {
        return;
    }
    tcn_show_text(event->act_body.post, post, sizeof post);
    if (event->act == TCN_ACT_HANDED_OVER) {
        (void)fprintf(out, "%*s%s hands the duty over; the next: tocsin duty take --post POST\n",
                      INDENT, "", post);
        return;
    }
    tcn_show_time(event->act_body.until_ns, until);
    (void)fprintf(out, "%*s%s has the duty%s%s\n", INDENT, "", post,
                  event->act_body.until_ns != 0 ? " until " : "",
                  event->act_body.until_ns != 0 ? until : "");
}
