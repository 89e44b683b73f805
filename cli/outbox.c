/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin outbox` and `outbox dead list|show|resend|drop N`. */
#include "base/clock.h"
#include "base/uuid.h"
#include "cli/doctor_judge.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <inttypes.h>
#include <string.h>

#define ANSWER_NS (10 * TCN_SECOND_NS)
#define NUMBER_BYTES 24

/* All that the verbs take. */
struct asking {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *format_option;
    enum tcn_format format;
    struct tcn_seat seat;
};

static int parse(struct asking *asking, const char *usage, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_OFFICE_OPTION(&asking->options),
        TCN_SEAT_BUREAU_OPTION(&asking->options),
        TCN_SEAT_DIR_OPTION(&asking->options),
        TCN_SEAT_CONFIG_OPTION(&asking->options),
        {"output", 'o', "FORMAT", "table, json", NULL, &asking->format_option},
    };
    const struct tcn_cli_syntax syntax = {usage, options, sizeof options / sizeof options[0]};
    int code = tcn_cli_parse(asking->cli, &syntax, argc, argv, out_first);
    return code != TCN_EXIT_OK
               ? code
               : tcn_cli_format(asking->cli, asking->format_option,
                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &asking->format);
}

/* Asks the agent. The answer lends from the seat's line. */
static int ask(struct asking *asking, const struct tcn_local_request *request, const char *what,
               struct tcn_local_answer *out_answer) {
    int code = tcn_seat_init(asking->cli, &asking->options, NULL, &asking->seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(asking->cli, &asking->seat);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    int64_t deadline_ns = tcn_clock_monotonic_ns() + ANSWER_NS;
    enum tcn_status status = tcn_local_ask(asking->seat.local, request, deadline_ns, out_answer);
    return status == TCN_OK ? tcn_seat_agent_answered(asking->cli, out_answer, what)
                            : tcn_seat_agent_failed(asking->cli, &asking->seat, status);
}

static int write_document(struct asking *asking, struct tcn_json_writer *writer) {
    enum tcn_status status = tcn_json_write_file(writer, asking->cli->out, true);
    tcn_json_writer_fini(writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(asking->cli, status, NULL, "print the answer");
}

static int outbox_json(struct asking *asking, const struct tcn_local_outbox *outbox) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "outbox");
    tcn_json_add_hex64(&writer, "epoch", outbox->epoch);
    tcn_json_array_begin(&writer, "lanes");
    for (size_t index = 0; index < 2; index++) {
        const struct tcn_local_lane *lane = &outbox->lanes[index];
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_word(&writer, "lane", tcn_lane_name(lane->lane));
        tcn_json_add_u64(&writer, "count", lane->count);
        tcn_json_add_u64(&writer, "bytes", lane->bytes);
        tcn_json_add_time(&writer, "oldest", lane->oldest_ns);
        tcn_json_add_u64(&writer, "last_sequence", lane->last_sequence);
        tcn_json_add_u64(&writer, "acked_sequence", lane->acked_sequence);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    tcn_json_add_u64(&writer, "dead_count", outbox->dead_count);
    tcn_json_add_u64(&writer, "used_bytes", outbox->used_bytes);
    tcn_json_add_u64(&writer, "size_bytes", outbox->size_bytes);
    tcn_json_add_bool(&writer, "is_connected", outbox->is_connected);
    tcn_json_add_time(&writer, "connected", outbox->connected_ns);
    tcn_json_add_text(&writer, "last_error", outbox->last_error);
    tcn_json_add_time(&writer, "last_error_time", outbox->last_error_ns);
    tcn_json_add_time(&writer, "not_after", outbox->not_after_ns);
    return write_document(asking, &writer);
}

static enum tcn_status add_lane(struct tcn_table *table, const struct tcn_local_lane *lane) {
    char count[NUMBER_BYTES];
    char bytes[NUMBER_BYTES];
    char last[NUMBER_BYTES];
    char acked[NUMBER_BYTES];
    char oldest[TCN_TIME_TEXT_BYTES];
    (void)snprintf(count, sizeof count, "%" PRIu64, lane->count);
    (void)snprintf(bytes, sizeof bytes, "%" PRIu64, lane->bytes);
    (void)snprintf(last, sizeof last, "%" PRIu64, lane->last_sequence);
    (void)snprintf(acked, sizeof acked, "%" PRIu64, lane->acked_sequence);
    tcn_show_time(lane->oldest_ns, oldest);
    const char *const cells[] = {tcn_lane_name(lane->lane), count, bytes, oldest, last, acked};
    return tcn_table_add(table, cells);
}

static void outbox_rest(const struct asking *asking, const struct tcn_local_outbox *outbox) {
    FILE *out = asking->cli->out;
    char time[TCN_TIME_TEXT_BYTES];
    char error[TCN_SHOW_TEXT_BYTES];
    tcn_show_time(outbox->connected_ns, time);
    (void)fprintf(out, "\nconnection    %s%s\n",
                  outbox->is_connected        ? "since "
                  : outbox->connected_ns == 0 ? "never yet"
                                              : "none; last ",
                  !outbox->is_connected && outbox->connected_ns == 0 ? "" : time);
    (void)fprintf(out, "room          %" PRIu64 " of %" PRIu64 " bytes used\n", outbox->used_bytes,
                  outbox->size_bytes);
    (void)fprintf(out, "dead letters  %" PRIu64 "%s\n", outbox->dead_count,
                  outbox->dead_count > 0 ? "  (tocsin outbox dead list)" : "");
    if (tcn_doctor_judge_end(outbox->not_after_ns, tcn_clock_wall_ns()) != TCN_FINDING_OK) {
        tcn_show_time(outbox->not_after_ns, time);
        (void)fprintf(out, "this row ends %s; an administrator can give it another end\n", time);
    }
    if (outbox->last_error.size > 0) {
        tcn_show_text(outbox->last_error, error, sizeof error);
        tcn_show_time(outbox->last_error_ns, time);
        (void)fprintf(out, "last error    %s, %s\n", error, time);
    }
}

static int outbox_table(struct asking *asking, const struct tcn_local_outbox *outbox) {
    static const struct tcn_table_column columns[] = {{"LANE", false},   {"WAITING", true},
                                                      {"BYTES", true},   {"OLDEST", false},
                                                      {"ENTERED", true}, {"ACKED", true}};
    struct tcn_table *table = NULL;
    enum tcn_status status = tcn_table_create(asking->cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &table);
    for (size_t index = 0; status == TCN_OK && index < 2; index++) {
        status = add_lane(table, &outbox->lanes[index]);
    }
    if (status == TCN_OK) {
        status = tcn_table_print(table);
    }
    tcn_table_destroy(&table);
    if (status != TCN_OK) {
        return tcn_cli_fail(asking->cli, status, NULL, "print the outbox");
    }
    outbox_rest(asking, outbox);
    return TCN_EXIT_OK;
}

static int show_outbox(struct asking *asking) {
    const struct tcn_local_request request = {.op = TCN_LOCAL_OUTBOX};
    struct tcn_local_answer answer;
    int code = ask(asking, &request, "show the outbox", &answer);
    if (code != TCN_EXIT_OK || !answer.has_outbox) {
        return code;
    }
    return asking->format == TCN_FORMAT_JSON ? outbox_json(asking, &answer.outbox)
                                             : outbox_table(asking, &answer.outbox);
}

static void dead_fields(struct tcn_json_writer *writer, const struct tcn_dead_row *row) {
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_u64(writer, "number", row->number);
    tcn_json_add_word(writer, "code", tcn_status_name((enum tcn_status)row->code));
    tcn_json_add_text(writer, "field", row->field);
    tcn_json_add_word(writer, "act", tcn_act_name(row->act));
    tcn_json_add_id(writer, "matter", &row->matter);
    tcn_json_add_time(writer, "recorded", row->recorded_ns);
    tcn_json_add_word(writer, "lane", tcn_lane_name(row->lane));
    tcn_json_add_hex64(writer, "epoch", row->epoch);
    tcn_json_add_u64(writer, "sequence", row->sequence);
    tcn_json_add_u64(writer, "bytes", row->bytes);
    tcn_json_object_end(writer);
}

static enum tcn_status add_dead(struct tcn_table *table, const struct tcn_dead_row *row) {
    char number[NUMBER_BYTES];
    char bytes[NUMBER_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    char field[TCN_SHOW_WORD_BYTES];
    char matter[TCN_UUID_TEXT_BYTES] = "-";
    (void)snprintf(number, sizeof number, "%" PRIu64, row->number);
    (void)snprintf(bytes, sizeof bytes, "%" PRIu64, row->bytes);
    tcn_show_time(row->recorded_ns, time);
    tcn_show_text(row->field, field, sizeof field);
    if (!tcn_id_is_none(&row->matter)) {
        tcn_uuid_to_text(row->matter.bytes, matter);
    }
    const char *const cells[] = {
        number, time,  tcn_act_name(row->act), tcn_status_name((enum tcn_status)row->code), field,
        bytes,  matter};
    return tcn_table_add(table, cells);
}

/* Where the letters of all pages go: one of the two. */
struct pile {
    struct tcn_table *table;
    struct tcn_json_writer *writer;
    uint64_t count;
    uint64_t last_number;
};

static enum tcn_status add_page(struct pile *pile, const struct tcn_local_answer *answer) {
    enum tcn_status status = TCN_OK;
    for (uint32_t index = 0; status == TCN_OK && index < answer->dead_count; index++) {
        const struct tcn_dead_row *row = &answer->deads[index];
        if (row->number <= pile->last_number) {
            return TCN_MALFORMED; /* an agent that begins anew would never end */
        }
        pile->last_number = row->number;
        pile->count++;
        if (pile->writer != NULL) {
            dead_fields(pile->writer, row);
        } else {
            status = add_dead(pile->table, row);
        }
    }
    return status;
}

/* All pages; a list has as many as it takes, what is shown alone is one. */
static int gather(struct asking *asking, const struct tcn_local_request *request,
                  struct pile *pile) {
    struct tcn_local_request next = *request;
    struct tcn_local_answer answer;
    int code = ask(asking, request, "find that dead letter", &answer);
    while (code == TCN_EXIT_OK) {
        enum tcn_status status = add_page(pile, &answer);
        if (status != TCN_OK) {
            return tcn_cli_fail(asking->cli, status, NULL, "list the dead letters");
        }
        if (request->dead_do != TCN_DEAD_LIST || answer.dead_count < TCN_DEAD_ROWS_MAX) {
            return TCN_EXIT_OK;
        }
        next.dead_number = pile->last_number + 1;
        status =
            tcn_local_ask(asking->seat.local, &next, tcn_clock_monotonic_ns() + ANSWER_NS, &answer);
        code = status == TCN_OK
                   ? tcn_seat_agent_answered(asking->cli, &answer, "list the dead letters")
                   : tcn_seat_agent_failed(asking->cli, &asking->seat, status);
    }
    return code;
}

static int deads_json(struct asking *asking, const struct tcn_local_request *request) {
    struct tcn_json_writer writer;
    struct pile pile = {.writer = &writer};
    tcn_json_writer_init_document(&writer, "dead_letters");
    tcn_json_array_begin(&writer, "dead_letters");
    int code = gather(asking, request, &pile);
    tcn_json_array_end(&writer);
    if (code == TCN_EXIT_OK) {
        return write_document(asking, &writer);
    }
    tcn_json_writer_fini(&writer);
    return code;
}

static int deads_table(struct asking *asking, const struct tcn_local_request *request) {
    static const struct tcn_table_column columns[] = {
        {"N", true},      {"RECORDED", false}, {"ACT", false},   {"REFUSED", false},
        {"FIELD", false}, {"BYTES", true},     {"MATTER", false}};
    struct pile pile = {0};
    enum tcn_status status = tcn_table_create(asking->cli, TCN_FORMAT_TABLE, columns,
                                              sizeof columns / sizeof columns[0], &pile.table);
    int code = status == TCN_OK ? gather(asking, request, &pile) : TCN_EXIT_OK;
    if (status == TCN_OK && code == TCN_EXIT_OK && pile.count == 0) {
        (void)fprintf(asking->cli->err, "tocsin: no dead letters\n");
        code = TCN_EXIT_NOTHING;
    } else if (status == TCN_OK && code == TCN_EXIT_OK) {
        status = tcn_table_print(pile.table);
    }
    tcn_table_destroy(&pile.table);
    return status == TCN_OK ? code
                            : tcn_cli_fail(asking->cli, status, NULL, "print the dead letters");
}

static int read_dead(struct asking *asking, int count, char **words,
                     struct tcn_local_request *request) {
    static const char *const dos[] = {"list", "show", "resend", "drop"};
    size_t index = 0;
    while (count > 1 && index < 4 && strcmp(words[1], dos[index]) != 0) {
        index++;
    }
    bool is_list = count == 1 || index == 0;
    bool is_right = strcmp(words[0], "dead") == 0 && index < 4 &&
                    count == (count == 1 ? 1
                              : is_list  ? 2
                                         : 3);
    if (!is_right) {
        return tcn_cli_usage(asking->cli, "outbox --help",
                             "outbox takes nothing, or dead list|show N|resend N|drop N");
    }
    request->op = TCN_LOCAL_DEAD;
    request->dead_do = count == 1 ? TCN_DEAD_LIST : (enum tcn_dead_do)index;
    if (!is_list && (tcn_text_to_u64(tcn_slice_text(words[2]), &request->dead_number) != TCN_OK ||
                     request->dead_number == 0)) {
        return tcn_cli_usage(asking->cli, "outbox dead list", "a dead letter has a number");
    }
    return TCN_EXIT_OK;
}

static int do_dead(struct asking *asking, const struct tcn_local_request *request) {
    if (request->dead_do == TCN_DEAD_LIST || request->dead_do == TCN_DEAD_SHOW) {
        return asking->format == TCN_FORMAT_JSON ? deads_json(asking, request)
                                                 : deads_table(asking, request);
    }
    struct tcn_local_answer answer;
    int code = ask(asking, request, "find that dead letter", &answer);
    if (code == TCN_EXIT_OK) {
        (void)fprintf(asking->cli->err, "tocsin: dead letter %" PRIu64 " %s\n",
                      request->dead_number,
                      request->dead_do == TCN_DEAD_DROP ? "is gone" : "is on its way again");
    }
    return code;
}

int tcn_verb_outbox(struct tcn_cli *cli, int argc, char **argv) {
    struct asking asking = {.cli = cli};
    struct tcn_local_request request = {0};
    int first = 0;
    int code =
        parse(&asking, "outbox [dead list|show N|resend N|drop N] [OPTIONS]", argc, argv, &first);
    bool is_dead = code == TCN_EXIT_OK && first < argc;
    if (is_dead) {
        code = read_dead(&asking, argc - first, argv + first, &request);
    }
    if (code == TCN_EXIT_OK) {
        code = is_dead ? do_dead(&asking, &request) : show_outbox(&asking);
    }
    tcn_seat_fini(&asking.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
