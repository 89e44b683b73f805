/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_show.h"

#include "base/uuid.h"
#include "cli/show.h"
#include "model/feed.h"

#include <inttypes.h>

static const char *act_text(const struct tcn_trail_fact *fact) {
    return fact->fired.kind != TCN_DUE_NONE ? tcn_due_kind_name(fact->fired.kind)
                                            : tcn_act_name(fact->act);
}

/* The rule of a clock that came, as the policy at the place has it. */
static const char *rule_of(const struct tcn_audit_view *view, const struct tcn_fired *fired) {
    const struct tcn_clock_table *clocks = tcn_rights_policy(view->rights)->clocks;
    const struct tcn_clock_rule *rule = fired->kind == TCN_DUE_CLOCK && clocks != NULL
                                            ? tcn_clock_rule_numbered(clocks, fired->rule)
                                            : NULL;
    return rule != NULL ? rule->id : NULL;
}

static const char *step_of(const struct tcn_fired *fired) {
    const bool is_clock = fired->kind == TCN_DUE_CLOCK && fired->stage > 0;
    return is_clock ? tcn_clock_step_name((enum tcn_clock_step)(fired->stage - 1)) : NULL;
}

static const char *name_of(const struct tcn_audit_view *view, uint32_t principal) {
    const struct tcn_principal *row =
        tcn_registry_find(tcn_rights_registry(view->rights), principal);
    return row != NULL ? row->name : "?";
}

static void organ_text(const struct tcn_audit_view *view, uint16_t organ,
                       char out_text[TCN_SHOW_WORD_BYTES]) {
    tcn_show_organ(tcn_rights_policy(view->rights), organ, out_text);
}

static void print_known(FILE *out, const struct tcn_audit_view *view,
                        const struct tcn_trail_known *known) {
    char organ[TCN_SHOW_WORD_BYTES];
    char post[TCN_SHOW_WORD_BYTES];
    char name[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    organ_text(view, known->organ, organ);
    if (known->is_own) {
        (void)fprintf(out, "    %s: its own word\n", organ);
        return;
    }
    tcn_show_time(known->told_ns, time);
    (void)fprintf(out, "    %s: told %s as %s, number %" PRIu64, organ, time,
                  tcn_reason_name(known->reason), known->number);
    if (known->fetched_position == 0) {
        (void)fputs("; not fetched", out);
    } else {
        tcn_show_time(known->fetched_ns, time);
        tcn_show_text(tcn_slice_text(known->fetched_name), name, sizeof name);
        (void)fprintf(out, "; fetched by %s (%s) %s", name, name_of(view, known->fetched_by), time);
    }
    if (known->acted_position == 0) {
        (void)fputs("; nobody acted\n", out);
        return;
    }
    tcn_show_time(known->acted_ns, time);
    tcn_show_text(tcn_slice_text(known->acted_post), post, sizeof post);
    (void)fprintf(out, "; %s%s%s %s\n", tcn_act_name(known->acted),
                  post[0] != '\0' ? " by post " : "", post, time);
}

static void print_times(FILE *out, const struct tcn_trail_fact *fact) {
    const struct {
        const char *word;
        int64_t time_ns;
    } times[] = {{"occurred", fact->occurred_ns},
                 {"learned", fact->learned_ns},
                 {"recorded", fact->recorded_ns}};
    const char *before = "    ";
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char time[TCN_TIME_TEXT_BYTES];
        if (times[i].time_ns != 0) {
            tcn_show_time(times[i].time_ns, time);
            (void)fprintf(out, "%s%s %s", before, times[i].word, time);
            before = ", ";
        }
    }
    (void)fputs(before[0] == ',' ? "\n" : "", out);
}

static void print_fact(FILE *out, const struct tcn_audit_view *view,
                       const struct tcn_trail_fact *fact) {
    char organ[TCN_SHOW_WORD_BYTES];
    char word[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_time(fact->log_time_ns, time);
    organ_text(view, fact->organ, organ);
    (void)fprintf(out, "%s  %s", time, act_text(fact));
    if (fact->fired.kind != TCN_DUE_NONE) {
        const char *rule = rule_of(view, &fact->fired);
        const char *step = step_of(&fact->fired);
        tcn_show_time(fact->fired.due_ns, time);
        (void)fprintf(out, " %s %s, due %s; policy %" PRIu64 "\n", rule != NULL ? rule : "",
                      step != NULL ? step : "", time, fact->policy_version);
        return;
    }
    (void)fprintf(out, ", position %" PRIu64 ", by %s", fact->position, organ);
    tcn_show_text(tcn_slice_text(fact->post), word, sizeof word);
    (void)fprintf(out, "%s%s", word[0] != '\0' ? ", post " : "", word);
    tcn_show_text(tcn_slice_text(fact->to), word, sizeof word);
    (void)fprintf(out, "%s%s", word[0] != '\0' ? ", to " : "", word);
    tcn_show_text(tcn_slice_text(fact->how), word, sizeof word);
    (void)fprintf(out, "%s%s", word[0] != '\0' ? ", " : "", word);
    tcn_show_text(tcn_slice_text(fact->reason), word, sizeof word);
    (void)fprintf(out, "%s%s; policy %" PRIu64, word[0] != '\0' ? ", for " : "", word,
                  fact->policy_version);
    (void)fputs(!fact->is_sealed                     ? ""
                : fact->erasure == TCN_ERASURE_DONE  ? "; sealed texts, erased"
                : fact->erasure == TCN_ERASURE_ASKED ? "; sealed texts, being erased"
                                                     : "; with sealed texts",
                out);
    if (fact->code != TCN_OK) {
        (void)fprintf(out, "; VOID: %s", tcn_status_name((enum tcn_status)fact->code));
    }
    (void)fputc('\n', out);
    print_times(out, fact);
}

static void print_note(FILE *out, const struct tcn_audit_view *view,
                       const struct tcn_trail_note *note) {
    char organ[TCN_SHOW_WORD_BYTES];
    char post[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_time(note->log_time_ns, time);
    organ_text(view, note->organ, organ);
    tcn_show_text(tcn_slice_text(note->post), post, sizeof post);
    (void)fprintf(out, "%s  -- %s", time, tcn_act_name(note->act));
    if (note->source != 0 || note->organ != 0) {
        (void)fprintf(out, " of %s", organ);
    }
    if (note->source != 0) {
        (void)fprintf(out, ", source %" PRIu32, note->source);
    }
    if (note->since_ns != 0) {
        char since[TCN_TIME_TEXT_BYTES];
        tcn_show_time(note->since_ns, since);
        (void)fprintf(out, ", last heard %s", since);
    }
    if (note->number != 0) {
        (void)fprintf(out, ", %" PRIu64, note->number);
    }
    (void)fprintf(out, "%s%s, position %" PRIu64 "%s\n", post[0] != '\0' ? ", post " : "", post,
                  note->position, note->is_before ? ": stood already" : "");
}

static void print_head(FILE *out, const struct tcn_audit_view *view) {
    const struct tcn_matter *matter = &view->trail->matter;
    char id[TCN_UUID_TEXT_BYTES];
    char holder[TCN_SHOW_WORD_BYTES];
    char domain[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_uuid_to_text(matter->id.bytes, id);
    organ_text(view, matter->holder, holder);
    tcn_show_text(tcn_slice_text(matter->domain), domain, sizeof domain);
    tcn_show_time(view->trail->last_ns, time);
    (void)fprintf(out, "matter %s, %s, %s, held by %s\n", id,
                  domain[0] != '\0' ? domain : "of no domain", tcn_stage_name(matter->stage),
                  holder);
    (void)fprintf(out, "as of position %" PRIu64 ", %s; policy %" PRIu64 "%s%s\n",
                  view->trail->last_position, time, view->trail->policy_version,
                  view->known_to != NULL ? "; known to " : "",
                  view->known_to != NULL ? view->known_to : "");
}

/* What the organ that was asked for, or anybody, knew of a fact. */
static void print_all_known(FILE *out, const struct tcn_audit_view *view, uint32_t fact) {
    const struct tcn_trail *trail = view->trail;
    uint32_t count = 0;
    for (uint32_t i = 0; i < trail->known_count; i++) {
        if (trail->known[i].fact == fact) {
            print_known(out, view, &trail->known[i]);
            count++;
        }
    }
    if (count == 0 && view->known_to != NULL) {
        (void)fprintf(out, "    %s: not told\n", view->known_to);
    }
}

void tcn_audit_show_text(FILE *out, const struct tcn_audit_view *view) {
    const struct tcn_trail *trail = view->trail;
    uint32_t note = 0;
    print_head(out, view);
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        for (;
             note < trail->note_count && (trail->notes[note].position < trail->facts[i].position ||
                                          trail->notes[note].is_before);
             note++) {
            print_note(out, view, &trail->notes[note]);
        }
        print_fact(out, view, &trail->facts[i]);
        print_all_known(out, view, i);
    }
    for (; note < trail->note_count; note++) {
        print_note(out, view, &trail->notes[note]);
    }
    if (trail->lost_count > 0) {
        (void)fprintf(out, "for want of room left out: %" PRIu64 " rows\n", trail->lost_count);
    }
}

static void add_known(struct tcn_json_writer *writer, const struct tcn_audit_view *view,
                      const struct tcn_trail_known *known) {
    char organ[TCN_SHOW_WORD_BYTES];
    organ_text(view, known->organ, organ);
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "organ", organ);
    tcn_json_add_bool(writer, "is_own", known->is_own);
    if (!known->is_own) {
        tcn_json_add_time(writer, "told", known->told_ns);
        tcn_json_add_word(writer, "reason", tcn_reason_name(known->reason));
        tcn_json_add_u64(writer, "number", known->number);
        tcn_json_add_time(writer, "fetched", known->fetched_ns);
        tcn_json_add_u64(writer, "fetched_position", known->fetched_position);
        tcn_json_add_word(writer, "fetched_by",
                          known->fetched_position != 0 ? name_of(view, known->fetched_by) : NULL);
        tcn_json_add_word(writer, "subscription",
                          known->fetched_position != 0 ? known->fetched_name : NULL);
        tcn_json_add_time(writer, "acted", known->acted_ns);
        tcn_json_add_u64(writer, "acted_position", known->acted_position);
        tcn_json_add_word(writer, "act",
                          known->acted_position != 0 ? tcn_act_name(known->acted) : NULL);
        tcn_json_add_word(writer, "post", known->acted_post[0] != '\0' ? known->acted_post : NULL);
    }
    tcn_json_object_end(writer);
}

static void add_fact(struct tcn_json_writer *writer, const struct tcn_audit_view *view,
                     uint32_t index, uint32_t *known) {
    const struct tcn_trail *trail = view->trail;
    const struct tcn_trail_fact *fact = &trail->facts[index];
    const bool is_event = fact->fired.kind == TCN_DUE_NONE;
    char organ[TCN_SHOW_WORD_BYTES];
    organ_text(view, fact->organ, organ);
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "what", act_text(fact));
    tcn_json_add_bool(writer, "is_event", is_event);
    tcn_json_add_u64(writer, "position", fact->position);
    tcn_json_add_time(writer, "received", fact->log_time_ns);
    tcn_json_add_u64(writer, "policy_version", fact->policy_version);
    if (is_event) {
        tcn_json_add_word(writer, "by", fact->organ != 0 ? organ : NULL);
        tcn_json_add_u64(writer, "source", fact->source);
        tcn_json_add_u64(writer, "sequence", fact->sequence);
        tcn_json_add_time(writer, "occurred", fact->occurred_ns);
        tcn_json_add_time(writer, "learned", fact->learned_ns);
        tcn_json_add_time(writer, "recorded", fact->recorded_ns);
        tcn_json_add_word(writer, "severity", tcn_severity_name(fact->severity));
        tcn_json_add_word(writer, "post", fact->post[0] != '\0' ? fact->post : NULL);
        tcn_json_add_word(writer, "to", fact->to[0] != '\0' ? fact->to : NULL);
        tcn_json_add_word(writer, "how", fact->how[0] != '\0' ? fact->how : NULL);
        tcn_json_add_word(writer, "reason", fact->reason[0] != '\0' ? fact->reason : NULL);
        tcn_json_add_word(writer, "void",
                          fact->code != TCN_OK ? tcn_status_name((enum tcn_status)fact->code)
                                               : NULL);
        tcn_json_add_bool(writer, "is_sealed", fact->is_sealed);
        tcn_json_add_bool(writer, "is_erased", fact->erasure == TCN_ERASURE_DONE);
    } else {
        tcn_json_add_word(writer, "rule", rule_of(view, &fact->fired));
        tcn_json_add_word(writer, "step", step_of(&fact->fired));
        tcn_json_add_time(writer, "due", fact->fired.due_ns);
    }
    tcn_json_array_begin(writer, "known");
    for (; *known < trail->known_count && trail->known[*known].fact == index; (*known)++) {
        add_known(writer, view, &trail->known[*known]);
    }
    tcn_json_array_end(writer);
    tcn_json_object_end(writer);
}

static void add_note(struct tcn_json_writer *writer, const struct tcn_audit_view *view,
                     const struct tcn_trail_note *note) {
    char organ[TCN_SHOW_WORD_BYTES];
    organ_text(view, note->organ, organ);
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "what", tcn_act_name(note->act));
    tcn_json_add_u64(writer, "position", note->position);
    tcn_json_add_time(writer, "received", note->log_time_ns);
    tcn_json_add_bool(writer, "stood_already", note->is_before);
    tcn_json_add_word(writer, "organ", note->organ != 0 ? organ : NULL);
    tcn_json_add_u64(writer, "source", note->source);
    tcn_json_add_time(writer, "last_heard", note->since_ns);
    tcn_json_add_u64(writer, "number", note->number);
    tcn_json_add_word(writer, "post", note->post[0] != '\0' ? note->post : NULL);
    tcn_json_object_end(writer);
}

void tcn_audit_show_json(struct tcn_json_writer *writer, const struct tcn_audit_view *view) {
    const struct tcn_trail *trail = view->trail;
    const struct tcn_matter *matter = &trail->matter;
    char holder[TCN_SHOW_WORD_BYTES];
    uint32_t known = 0;
    organ_text(view, matter->holder, holder);
    tcn_json_writer_init_document(writer, "audit");
    tcn_json_add_id(writer, "matter", &matter->id);
    tcn_json_add_u64(writer, "birth", matter->birth_position);
    tcn_json_add_word(writer, "domain", matter->domain[0] != '\0' ? matter->domain : NULL);
    tcn_json_add_word(writer, "stage", tcn_stage_name(matter->stage));
    tcn_json_add_word(writer, "holder", holder);
    tcn_json_add_word(writer, "known_to", view->known_to);
    tcn_json_add_u64(writer, "position", trail->last_position);
    tcn_json_add_time(writer, "at", trail->last_ns);
    tcn_json_add_u64(writer, "policy_version", trail->policy_version);
    tcn_json_add_u64(writer, "lost_count", trail->lost_count);
    tcn_json_array_begin(writer, "facts");
    for (uint32_t i = 0; i < trail->fact_count; i++) {
        add_fact(writer, view, i, &known);
    }
    tcn_json_array_end(writer);
    tcn_json_array_begin(writer, "beside");
    for (uint32_t i = 0; i < trail->note_count; i++) {
        add_note(writer, view, &trail->notes[i]);
    }
    tcn_json_array_end(writer);
}
