/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/watch_tell.h"

#include "cli/show.h"
#include "json/write.h"

#include <inttypes.h>

/* What is not an item is told where programs look for it too. */
static void tell_program(const struct tcn_cli *cli, const struct tcn_watch_event *event) {
    static const char *const kinds[] = {"",       "item", "gap",       "reset",
                                        "silent", "back", "caught_up", "standstill"};
    struct tcn_json_writer writer;
    tcn_json_writer_init(&writer);
    tcn_json_add_word(&writer, "kind", kinds[event->kind]);
    if (event->kind == TCN_WATCH_GAP) {
        tcn_json_add_u64(&writer, "first", event->gap.first);
        tcn_json_add_u64(&writer, "last", event->gap.last);
        tcn_json_add_word(&writer, "code", tcn_status_name((enum tcn_status)event->gap.code));
    }
    if (event->kind == TCN_WATCH_RESET) {
        tcn_json_add_u64(&writer, "generation", event->reset.generation);
        tcn_json_add_u64(&writer, "next", event->reset.next);
    }
    if (event->kind == TCN_WATCH_STANDSTILL) {
        tcn_json_add_word(&writer, "code", tcn_status_name((enum tcn_status)event->standstill));
    }
    if (tcn_json_write_file(&writer, cli->out, false) == TCN_OK) {
        (void)fflush(cli->out);
    }
    tcn_json_writer_fini(&writer);
}

void tcn_watch_tell(const struct tcn_cli *cli, enum tcn_format format,
                    const struct tcn_watch_event *event, int64_t heard_ns) {
    FILE *err = cli->err;
    char time[TCN_TIME_TEXT_BYTES];
    if (format == TCN_FORMAT_NDJSON) {
        tell_program(cli, event);
        return;
    }
    if (event->kind == TCN_WATCH_GAP) {
        (void)fprintf(err,
                      "-- items %" PRIu64 " to %" PRIu64 " are missing and will not come: %s\n",
                      event->gap.first, event->gap.last,
                      tcn_status_sentence((enum tcn_status)event->gap.code));
    } else if (event->kind == TCN_WATCH_RESET) {
        (void)fprintf(err,
                      "-- the log was restored; numbering goes on from %" PRIu64
                      " (generation %" PRIu64 ")\n",
                      event->reset.next, event->reset.generation);
    } else if (event->kind == TCN_WATCH_SILENT) {
        tcn_show_time(heard_ns, time);
        (void)fprintf(err,
                      "-- no word from the collector for 40 s (the last: %s): what stands here may "
                      "be old\n",
                      time);
    } else if (event->kind == TCN_WATCH_BACK) {
        (void)fprintf(err, "-- the collector answers again\n");
    } else if (event->kind == TCN_WATCH_STANDSTILL && event->standstill != 0) {
        (void)fprintf(err,
                      "-- NO NEW ALERTS come from here now: because %s; offices still report, so "
                      "telephone them, and call the operator\n",
                      tcn_status_sentence((enum tcn_status)event->standstill));
    } else if (event->kind == TCN_WATCH_STANDSTILL) {
        (void)fprintf(err, "-- alerts are derived again; what was missed comes now\n");
    }
}
