/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin doctor`: looks at everything that a district needs and says what to do. */
#include "cli/doctor.h"

#include "base/clock.h"
#include "cli/doctor_judge.h"
#include "cli/place.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "json/write.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE "docs/how-to/doctor.md"
#define WIDTH 80
#define FACT_COLUMN 18

/* In the order in which they are told: what others stand on first. */
static const struct {
    const char *name; /* also a heading of PAGE */
    void (*run)(struct tcn_doctor *doctor);
} checks[] = {
    {"config", tcn_doctor_config},
    {"keys", tcn_doctor_keys},
    {"program", tcn_doctor_program},
    {"library", tcn_doctor_library},
    {"broker", tcn_doctor_broker},
    {"collector", tcn_doctor_collector},
    {"registry", tcn_doctor_registry},
    {"sealing", tcn_doctor_sealing},
    {"duty_phones", tcn_doctor_phones},
    {"address", tcn_doctor_address},
    {"agent", tcn_doctor_agent},
    {"outbox", tcn_doctor_outbox},
    {"state", tcn_doctor_state},
    {"said", tcn_doctor_said},
    {"clock", tcn_doctor_clock},
    {"sync", tcn_doctor_sync},
    {"zone", tcn_doctor_zone},
    {"disk", tcn_doctor_disk},
    {"descriptors", tcn_doctor_descriptors},
    {"locale", tcn_doctor_locale},
};

#define CHECK_COUNT (sizeof checks / sizeof checks[0])

static const char *const state_words[] = {"ok", "warn", "bad", "skip"};

__attribute__((format(printf, 4, 0))) static void keep(struct tcn_doctor *doctor,
                                                       enum tcn_finding_state state,
                                                       const char *mend, const char *format,
                                                       va_list arguments) {
    doctor->said_count++;
    doctor->state_counts[state]++;
    if (doctor->finding_count == TCN_FINDINGS_MAX) {
        doctor->dropped_count++;
        return;
    }
    struct tcn_finding *finding = &doctor->findings[doctor->finding_count++];
    char fact[TCN_FINDING_BYTES];
    finding->state = state;
    finding->check = doctor->check;
    (void)vsnprintf(fact, sizeof fact, format, arguments);
    tcn_show_text(tcn_slice_text(fact), finding->fact, sizeof finding->fact);
    tcn_show_text(tcn_slice_text(mend), finding->mend, sizeof finding->mend);
}

void tcn_doctor_say(struct tcn_doctor *doctor, enum tcn_finding_state state, const char *mend,
                    const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    keep(doctor, state, mend, format, arguments);
    va_end(arguments);
}

void tcn_doctor_fine(struct tcn_doctor *doctor, const char *format, ...) {
    if (doctor->said_count > 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    keep(doctor, TCN_FINDING_OK, "", format, arguments);
    va_end(arguments);
}

const char *tcn_doctor_path(const struct tcn_doctor *doctor, const char *path) {
    size_t size = strlen(doctor->dir);
    bool is_below = size > 0 && strncmp(path, doctor->dir, size) == 0 && path[size] == '/';
    return is_below ? path + size + 1 : path;
}

void tcn_doctor_skip(struct tcn_doctor *doctor, const char *why) {
    if (doctor->said_count == 0) {
        tcn_doctor_say(doctor, TCN_FINDING_SKIP, "", "%s", why);
    }
}

/* Where the district is: what was said, else the environment, else ./tocsin.yaml. */
static int find_place(struct tcn_doctor *doctor, const char *dir, const char *config_file) {
    if (dir != NULL && config_file != NULL) {
        return tcn_cli_usage(doctor->cli, "doctor --help", "--dir and --config exclude each other");
    }
    const char *place = dir != NULL || config_file != NULL ? dir : getenv("TOCSIN_DIR");
    doctor->config_file =
        config_file == NULL && place == NULL ? getenv("TOCSIN_CONFIG") : config_file;
    if (place == NULL && doctor->config_file == NULL && access("tocsin.yaml", F_OK) == 0) {
        doctor->config_file = "tocsin.yaml";
    }
    char *absolute = place == NULL ? NULL : realpath(place, NULL);
    const char *found = absolute != NULL ? absolute : place;
    int size = snprintf(doctor->dir, sizeof doctor->dir, "%s", found == NULL ? "" : found);
    free(absolute);
    return size < (int)sizeof doctor->dir
               ? TCN_EXIT_OK
               : tcn_cli_fail(doctor->cli, TCN_TOOBIG, "a shorter path", "use the folder of --dir");
}

static const char *colour_of(const struct tcn_cli *cli, enum tcn_finding_state state) {
    static const char *const colours[] = {"\033[32m", "\033[33m", "\033[1;31m", "\033[35m"};
    return cli->has_colour ? colours[state] : "";
}

static void print(const struct tcn_doctor *doctor, const struct tcn_finding *finding) {
    FILE *out = doctor->cli->out;
    (void)fprintf(out, "%s%-4s%s  %-11s ", colour_of(doctor->cli, finding->state),
                  state_words[finding->state], tcn_show_plain(doctor->cli), finding->check);
    tcn_doctor_wrap(out, finding->fact, WIDTH, FACT_COLUMN);
    if (finding->mend[0] != '\0') {
        (void)fprintf(out, "%6stry: ", "");
        tcn_doctor_wrap(out, finding->mend, WIDTH, 11);
        (void)fprintf(out, "%6ssee: %s#%s\n", "", PAGE, finding->check);
    }
}

static int print_json(const struct tcn_doctor *doctor, enum tcn_finding_state worst) {
    struct tcn_json_writer writer;
    tcn_json_writer_init_document(&writer, "doctor");
    tcn_json_add_word(&writer, "state", state_words[worst]);
    tcn_json_array_begin(&writer, "findings");
    for (uint32_t index = 0; index < doctor->finding_count; index++) {
        const struct tcn_finding *finding = &doctor->findings[index];
        char page[64];
        (void)snprintf(page, sizeof page, PAGE "#%s", finding->check);
        tcn_json_object_begin(&writer, NULL);
        tcn_json_add_word(&writer, "check", finding->check);
        tcn_json_add_word(&writer, "state", state_words[finding->state]);
        tcn_json_add_word(&writer, "fact", finding->fact);
        tcn_json_add_word(&writer, "mend", finding->mend[0] == '\0' ? NULL : finding->mend);
        tcn_json_add_word(&writer, "page", page);
        tcn_json_object_end(&writer);
    }
    tcn_json_array_end(&writer);
    tcn_json_add_u64(&writer, "dropped_count", doctor->dropped_count);
    enum tcn_status status = tcn_json_write_file(&writer, doctor->cli->out, true);
    tcn_json_writer_fini(&writer);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(doctor->cli, status, NULL, "print what was found");
}

static int tell(struct tcn_doctor *doctor, enum tcn_format format) {
    static const int codes[] = {TCN_EXIT_OK, TCN_EXIT_WARN, TCN_EXIT_BAD};
    enum tcn_finding_state worst = doctor->state_counts[TCN_FINDING_BAD] > 0    ? TCN_FINDING_BAD
                                   : doctor->state_counts[TCN_FINDING_WARN] > 0 ? TCN_FINDING_WARN
                                                                                : TCN_FINDING_OK;
    int code = TCN_EXIT_OK;
    if (format == TCN_FORMAT_JSON) {
        code = print_json(doctor, worst);
    }
    for (uint32_t index = 0; format == TCN_FORMAT_TABLE && index < doctor->finding_count; index++) {
        print(doctor, &doctor->findings[index]);
    }
    if (format == TCN_FORMAT_TABLE) {
        (void)fprintf(doctor->cli->out, "\n%u ok, %u warn, %u bad, %u not looked at%s\n",
                      doctor->state_counts[0], doctor->state_counts[1], doctor->state_counts[2],
                      doctor->state_counts[TCN_FINDING_SKIP],
                      doctor->dropped_count > 0 ? "; not all are shown" : "");
    }
    return code == TCN_EXIT_OK ? codes[worst] : code;
}

static void fini(struct tcn_doctor *doctor) {
    tcn_session_close(&doctor->session);
    tcn_key_set_fini(&doctor->session_keys);
    tcn_setup_fini(&doctor->setup);
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        tcn_config_destroy(&doctor->files[index].config);
    }
    free(doctor->files);
    free(doctor->outboxes);
    free(doctor->findings);
}

static int examine(struct tcn_doctor *doctor, enum tcn_format format) {
    doctor->now_ns = tcn_clock_wall_ns();
    doctor->findings = calloc(TCN_FINDINGS_MAX, sizeof *doctor->findings);
    doctor->files = calloc(TCN_DOCTOR_FILES_MAX, sizeof *doctor->files);
    doctor->outboxes = calloc(TCN_DOCTOR_FILES_MAX, sizeof *doctor->outboxes);
    if (doctor->findings == NULL || doctor->files == NULL || doctor->outboxes == NULL) {
        return tcn_cli_fail(doctor->cli, TCN_NOMEM, NULL, "begin");
    }
    for (size_t index = 0; index < CHECK_COUNT; index++) {
        doctor->check = checks[index].name;
        doctor->said_count = 0;
        checks[index].run(doctor);
    }
    return tell(doctor, format);
}

int tcn_verb_doctor(struct tcn_cli *cli, int argc, char **argv) {
    struct tcn_doctor doctor = {.cli = cli};
    const char *dir = NULL;
    const char *config_file = NULL;
    const char *format_option = NULL;
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "DIR", "folder of `tocsin up`; else TOCSIN_DIR", NULL, &dir},
        {"config", 'c', "FILE", "configuration file; else TOCSIN_CONFIG", NULL, &config_file},
        {"output", 'o', "FORMAT", "table, json", NULL, &format_option},
    };
    const struct tcn_cli_syntax syntax = {"doctor [--dir DIR | --config FILE] [OPTIONS]", options,
                                          sizeof options / sizeof options[0]};
    enum tcn_format format = TCN_FORMAT_TABLE;
    int first = 0;
    int code = tcn_cli_parse(cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && first < argc) {
        return tcn_cli_usage(cli, "doctor --help", "doctor takes no argument %s", argv[first]);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_cli_format(cli, format_option, 1u << TCN_FORMAT_TABLE | 1u << TCN_FORMAT_JSON,
                              &format);
    }
    if (code == TCN_EXIT_OK) {
        code = find_place(&doctor, dir, config_file);
    }
    if (code == TCN_EXIT_OK) {
        code = examine(&doctor, format);
    }
    fini(&doctor);
    return code == -1 ? TCN_EXIT_OK : code;
}
