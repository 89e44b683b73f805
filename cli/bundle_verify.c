/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/bundle_verify.h"

#include "base/uuid.h"
#include "cli/show.h"
#include "json/write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int tcn_bundle_read_file(const struct tcn_bundle_view *view, struct tcn_slice *out_data) {
    FILE *file = fopen(view->path, "re");
    uint8_t *data = file != NULL ? malloc(TCN_BUNDLE_BYTES_MAX + 1) : NULL;
    const size_t size = data != NULL ? fread(data, 1, TCN_BUNDLE_BYTES_MAX + 1, file) : 0;
    const int error = errno;
    const bool is_good = data != NULL && ferror(file) == 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    *out_data = tcn_slice_of(data, size);
    if (!is_good) {
        (void)fprintf(view->cli->err, "tocsin: cannot read %s: because %s\n", view->path,
                      strerror(error));
        return TCN_EXIT_FAILURE;
    }
    return size <= TCN_BUNDLE_BYTES_MAX
               ? TCN_EXIT_OK
               : tcn_cli_fail(view->cli, TCN_TOOBIG, NULL, "take %s for a bundle", view->path);
}

void tcn_bundle_free_file(struct tcn_slice *data) {
    void *bytes = NULL;
    memcpy(&bytes, &data->data, sizeof bytes); /* what was lent as read-only is given back */
    free(bytes);
    *data = tcn_slice_of(NULL, 0);
}

/* A tcn_bundle_tell: nothing is shown before all of it is good. */
static enum tcn_status pass_event(void *context, const struct tcn_bundle_event *event) {
    (void)context;
    (void)event;
    return TCN_OK;
}

/* Who stands for an event, behind its line. */
static void print_word(FILE *out, const struct tcn_bundle_event *event) {
    char key[2 * sizeof event->key.bytes + 1];
    switch (event->word) {
    case TCN_BUNDLE_WORD_OWN:
        (void)fputs("; the collector's own word\n", out);
        return;
    case TCN_BUNDLE_WORD_KEY:
        tcn_hex_encode(event->key.bytes, sizeof event->key.bytes, key);
        (void)fprintf(out, "\n    signed by key %s, which the collector names\n", key);
        return;
    case TCN_BUNDLE_WORD_NONE:
        (void)fputs("; by the collector's word alone\n", out);
        return;
    }
}

/* A tcn_bundle_tell. */
static enum tcn_status print_event(void *context, const struct tcn_bundle_event *event) {
    const struct tcn_bundle_view *view = context;
    char office[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_show_text(event->event.office, office, sizeof office);
    tcn_show_time(event->log_time_ns, time);
    (void)fprintf(view->cli->out, "%s  %s, position %" PRIu64 "%s%s%s", time,
                  tcn_act_name(event->event.act), event->position, office[0] != '\0' ? ", by " : "",
                  office, event->is_of_matter ? "" : "; beside the matter");
    print_word(view->cli->out, event);
    return ferror(view->cli->out) ? TCN_IO : TCN_OK;
}

/* The answer as it was signed, for programs. */
static int print_answer(const struct tcn_bundle_view *view,
                        const struct tcn_bundle_report *report) {
    const enum tcn_status status = tcn_json_write_document(report->answer, view->cli->out);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(view->cli, status, NULL,
                                           "print the answer in the bundle %s", view->path);
}

static int print(const struct tcn_bundle_view *view, const struct tcn_bundle_report *report) {
    const struct tcn_bundle_statement *statement = &report->statement;
    FILE *out = view->cli->out;
    char log_id[TCN_UUID_TEXT_BYTES];
    char matter[TCN_UUID_TEXT_BYTES];
    char known_to[TCN_SHOW_WORD_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    tcn_uuid_to_text(statement->log_id.bytes, log_id);
    tcn_uuid_to_text(statement->matter.bytes, matter);
    tcn_show_text(statement->known_to, known_to, sizeof known_to);
    (void)fprintf(out,
                  "The bundle is good: %" PRIu64 " events of matter %s and %" PRIu64
                  " beside it, from log %s, up to position %" PRIu64,
                  report->event_count, matter, report->beside_count, log_id, statement->position);
    tcn_show_time(statement->at_ns, time);
    (void)fprintf(out, ", %s", time);
    tcn_show_time(statement->made_ns, time);
    (void)fprintf(out, "%s%s; signed %s\n", known_to[0] != '\0' ? "; known to " : "", known_to,
                  time);
    tcn_show_number(out, "policy", statement->policy_version);
    tcn_show_hash(out, "policy hash", &statement->policy_hash);
    (void)fputs("the answer itself: -o json\n", out);
    return ferror(out) ? TCN_EXIT_FAILURE : TCN_EXIT_OK;
}

int tcn_bundle_verify(const struct tcn_bundle_view *view, struct tcn_slice data) {
    struct tcn_bundle_report report;
    struct tcn_bundle_view lent = *view;
    enum tcn_status status = tcn_bundle_check(data, view->ring, pass_event, NULL, &report);
    if (status == TCN_OK && view->format != TCN_FORMAT_JSON) {
        status = tcn_bundle_check(data, view->ring, print_event, &lent, &report);
    }
    if (status == TCN_OK) {
        return view->format == TCN_FORMAT_JSON ? print_answer(view, &report) : print(view, &report);
    }
    if (report.bad_what == NULL) {
        return tcn_cli_fail(view->cli, status, NULL, "check the bundle %s", view->path);
    }
    (void)fprintf(view->cli->err, "tocsin: cannot believe the bundle %s: because %s", view->path,
                  report.bad_what);
    if (report.bad_item > 0) {
        (void)fprintf(view->cli->err, " (record %" PRIu32 " of %" PRIu32 ")", report.bad_item,
                      report.statement.item_count);
    }
    (void)fprintf(view->cli->err, "\ntry: %s\n",
                  status == TCN_FOREIGN_LOG
                      ? "the key of the collector that made it: --key HEX"
                      : "ask whoever has the log for another one; if the collector has another "
                        "key by now: --key HEX, its first one");
    return TCN_EXIT_DAMAGED;
}
