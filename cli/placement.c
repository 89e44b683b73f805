/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin placement`: how the months and claims of one placement stand, or how many months of each
 * program stand how; from a collector's folder. It knows posts, firms and programs: nothing here is
 * by person, and a program's counts below five are not told. */
#include "cli/folder.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include "base/uuid.h"

#include <inttypes.h>
#include <string.h>

#define SMALL 5u

/* All that the verb takes. */
struct placing {
    struct tcn_cli *cli;
    const char *dir;
    const char *matter;
    const char *format_option;
    enum tcn_format format;
    struct tcn_folder folder;
};

/* What a program has. */
struct tally {
    char program[TCN_WORD_BYTES_MAX + 1];
    uint64_t placements;
    uint64_t months[TCN_MONTH_STATE_MAX + 1];
};

static int parse(struct placing *placing, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of `tocsin up` or of the collector", NULL, &placing->dir},
        {"output", 'o', "FORMAT", "table, json", NULL, &placing->format_option},
    };
    const struct tcn_cli_syntax syntax = {"placement [MATTER] --dir D", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(placing->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && argc - first > 1) {
        return tcn_cli_usage(placing->cli, "placement --help", "placement takes one matter");
    }
    placing->matter = code == TCN_EXIT_OK && first < argc ? argv[first] : NULL;
    return code == TCN_EXIT_OK
               ? tcn_cli_format(placing->cli, placing->format_option,
                                1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON, &placing->format)
               : code;
}

/* True for a placement that may be shown here: of the log's own mode, so that a drill beside real
 * work is none; a guarded one is in nobody's sums. */
static bool is_shown(const struct placing *placing, const struct tcn_matter *matter) {
    return matter->kind == TCN_PROCEDURE_PLACEMENT &&
           matter->mode == placing->folder.charter.genesis.mode &&
           (matter->flags & (TCN_FLAG_GUARDED | TCN_FLAG_NOT_THE_DESK)) == 0;
}

static void print_claims(FILE *out, const struct tcn_placement *placement) {
    for (uint32_t i = TCN_CLAIM_WORKER; i <= (uint32_t)TCN_CLAIM_MAX; i++) {
        const struct tcn_claimed *claimed = &placement->claims[i];
        if (claimed->max_fen != 0 || claimed->state != TCN_CLAIM_STATE_NONE) {
            (void)fprintf(out, "%-9s %s, %" PRIu64 " fen of %" PRIu64 "\n",
                          tcn_claim_name((enum tcn_claim)i), tcn_claim_state_name(claimed->state),
                          claimed->fen, claimed->max_fen);
        }
    }
    for (uint32_t bit = 1; bit <= TCN_BREACHES; bit <<= 1) {
        if ((placement->breaches & bit) != 0) {
            (void)fprintf(out, "breach    %s %s\n", tcn_breach_title_en(bit),
                          tcn_breach_title_zh(bit));
        }
    }
}

static void print_one(FILE *out, const struct tcn_placement *placement) {
    uint32_t end = 0;
    const uint32_t run = tcn_placement_run(placement, &end);
    (void)fprintf(out, "program   %s\ncomplete  %" PRIu32 " months in a row of %" PRIu32 "\n",
                  placement->program, run, placement->months_needed);
    for (uint32_t i = 0; i < placement->month_count; i++) {
        const struct tcn_month *month = &placement->months[i];
        const bool is_own = (month->marks & TCN_MONTH_OWN_WORD) != 0;
        const bool is_proved = (month->marks & TCN_MONTH_PROVED) != 0;
        (void)fprintf(
            out, "%06" PRIu32 "    %s %s%s%s\n", tcn_month_written(placement->first_month + i),
            tcn_month_state_title_en(month->state), tcn_month_state_title_zh(month->state),
            is_own ? "; said by who recommended" : "",
            is_proved ? "; a proof waits for the second organ" : "");
    }
    print_claims(out, placement);
}

static enum tcn_status write_one(struct tcn_cli *cli, const struct tcn_matter *matter,
                                 const struct tcn_placement *placement) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "placement");
    tcn_json_add_id(&writer, "matter", &matter->id);
    tcn_json_add_word(&writer, "program", placement->program);
    tcn_json_add_u64(&writer, "months_needed", placement->months_needed);
    tcn_json_array_begin(&writer, "months");
    for (uint32_t i = 0; i < placement->month_count; i++) {
        const struct tcn_month *month = &placement->months[i];
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_u64(&writer, "month", tcn_month_written(placement->first_month + i));
        tcn_json_add_word(&writer, "state", tcn_month_state_name(month->state));
        tcn_json_add_bool(&writer, "own_word", (month->marks & TCN_MONTH_OWN_WORD) != 0);
        tcn_json_add_bool(&writer, "proof_waits", (month->marks & TCN_MONTH_PROVED) != 0);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    tcn_json_array_begin(&writer, "claims");
    for (uint32_t i = TCN_CLAIM_WORKER; i <= (uint32_t)TCN_CLAIM_MAX; i++) {
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_word(&writer, "claim", tcn_claim_name((enum tcn_claim)i));
        tcn_json_add_word(&writer, "state", tcn_claim_state_name(placement->claims[i].state));
        tcn_json_add_u64(&writer, "fen", placement->claims[i].fen);
        tcn_json_add_u64(&writer, "max_fen", placement->claims[i].max_fen);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, cli->out, true);
    tcn_json_writer_fini(&writer);
    return status;
}

static int show_one(struct placing *placing) {
    struct tcn_id id;
    struct tcn_matter matter;
    struct tcn_placement placement;
    struct tcn_state_reader *reader = placing->folder.state_reader;
    if (tcn_uuid_from_text(tcn_slice_text(placing->matter), id.bytes) != TCN_OK) {
        return tcn_cli_usage(placing->cli, "matter ls", "a matter's id has 36 characters");
    }
    enum tcn_status status = tcn_state_matter_by_id(reader, &id, &matter);
    if (status == TCN_OK) {
        status = is_shown(placing, &matter)
                     ? tcn_state_placement(reader, matter.birth_position, &placement)
                     : TCN_ABSENT;
    }
    if (status == TCN_ABSENT) {
        (void)fputs("-- no such placement\n", placing->cli->err);
        return TCN_EXIT_NOTHING;
    }
    if (status == TCN_OK && placing->format == TCN_FORMAT_JSON) {
        status = write_one(placing->cli, &matter, &placement);
    } else if (status == TCN_OK) {
        print_one(placing->cli->out, &placement);
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(placing->cli, status, "tocsin log rebuild", "read the placement");
}

/* The program's tally; NULL when there are more than policies have. */
static struct tally *tally_of(struct tally *tallies, uint32_t *count, const char *program) {
    for (uint32_t i = 0; i < *count; i++) {
        if (strcmp(tallies[i].program, program) == 0) {
            return &tallies[i];
        }
    }
    if (*count == TCN_PROGRAMS_MAX) {
        return NULL;
    }
    (void)snprintf(tallies[*count].program, sizeof tallies[*count].program, "%s", program);
    (*count)++;
    return &tallies[*count - 1];
}

static enum tcn_status count_all(const struct placing *placing, struct tally *tallies,
                                 uint32_t *out_count) {
    struct tcn_state_reader *reader = placing->folder.state_reader;
    struct tcn_placement placement;
    uint64_t birth = 0;
    enum tcn_status status = TCN_OK;
    while (status == TCN_OK) { /* ends with the table: TCN_ABSENT */
        struct tcn_matter matter;
        status = tcn_state_placement_from(reader, birth, &placement);
        if (status == TCN_OK) {
            status = tcn_state_matter(reader, placement.birth_position, &matter);
        }
        struct tally *tally = status == TCN_OK && is_shown(placing, &matter)
                                  ? tally_of(tallies, out_count, placement.program)
                                  : NULL;
        for (uint32_t i = 0; tally != NULL && i < placement.month_count; i++) {
            tally->months[placement.months[i].state]++;
        }
        if (tally != NULL) {
            tally->placements++;
        }
        birth = placement.birth_position + 1;
        tcn_state_reader_reset(reader);
    }
    return status == TCN_ABSENT ? TCN_OK : status;
}

/* A count, or that it is a small one. */
static void put_count(FILE *out, uint64_t count, bool is_small) {
    if (is_small) {
        (void)fprintf(out, "  %9s", "<5");
    } else {
        (void)fprintf(out, "  %9" PRIu64, count);
    }
}

static int show_all(struct placing *placing) {
    struct tally tallies[TCN_PROGRAMS_MAX];
    uint32_t count = 0;
    FILE *out = placing->cli->out;
    memset(tallies, 0, sizeof tallies);
    const enum tcn_status status = count_all(placing, tallies, &count);
    if (status != TCN_OK) {
        return tcn_cli_fail(placing->cli, status, "tocsin log rebuild", "count the placements");
    }
    if (count == 0) {
        (void)fputs("-- no placements\n", placing->cli->err);
        return TCN_EXIT_NOTHING;
    }
    (void)fprintf(out, "%-24s  %9s  %9s  %9s  %9s  %9s  %9s\n", "PROGRAM", "POSTS", "OPEN",
                  "CONFIRMED", "LATE", "UNPROVED", "INTERRUPT");
    for (uint32_t i = 0; i < count; i++) {
        const bool is_small = tallies[i].placements < SMALL; /* then its months tell of it too */
        (void)fprintf(out, "%-24s", tallies[i].program);
        put_count(out, tallies[i].placements, is_small);
        for (uint32_t k = TCN_MONTH_OPEN; k <= (uint32_t)TCN_MONTH_STATE_MAX; k++) {
            put_count(out, tallies[i].months[k], is_small);
        }
        (void)fputc('\n', out);
    }
    return TCN_EXIT_OK;
}

int tcn_verb_placement(struct tcn_cli *cli, int argc, char **argv) {
    struct placing placing = {.cli = cli};
    int code = parse(&placing, argc, argv);
    if (code == TCN_EXIT_OK && placing.matter == NULL && placing.format == TCN_FORMAT_JSON) {
        code = tcn_cli_usage(cli, "placement --help", "counts are a table only");
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_folder_open(cli, placing.dir, TCN_FOLDER_LOG_BESIDE, &placing.folder);
    }
    if (code == TCN_EXIT_OK && !tcn_folder_state_beside(&placing.folder)) {
        code = tcn_cli_fail(cli, TCN_ABSENT, "tocsin log rebuild", "open the state in %s",
                            placing.folder.dir);
    }
    const uint64_t lag = code == TCN_EXIT_OK ? tcn_folder_lag(&placing.folder) : 0;
    if (lag > 0) {
        (void)fprintf(cli->err,
                      "-- without the last %" PRIu64 " events, which are not folded yet\n", lag);
    }
    if (code == TCN_EXIT_OK) {
        code = placing.matter != NULL ? show_one(&placing) : show_all(&placing);
    }
    tcn_folder_close(&placing.folder);
    return code == -1 ? TCN_EXIT_OK : code;
}
