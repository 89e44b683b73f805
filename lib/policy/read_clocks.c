/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/read_clocks.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "policy/compile_clocks.h"
#include "policy/load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Clocks and calendar that were read. */
struct tcn_clock_source {
    struct tcn_clock_tables tables;
    struct tcn_policy_error last_year;  /**< the place of the calendar's last entry */
    struct tcn_policy_file clocks_file; /**< owned: for what is found later */
};

static const struct tcn_yaml_part calendars_part = {"calendars.yaml", &tcn_schema_calendars};
static const struct tcn_yaml_part clocks_part = {"clocks.yaml", &tcn_schema_clocks};
static const struct tcn_yaml_part domains_part = {"domains.yaml", &tcn_schema_domains};
static const struct tcn_yaml_part levels_part = {"levels.yaml", &tcn_schema_levels};
static const struct tcn_yaml_part attributes_part = {"attributes.yaml", &tcn_schema_attributes};

/** Loads a file for its ids. Its faults are not told: whoever reads it for its own sake does.
 * Owns: gives the raw, or NULL. Errors: TCN_NOMEM. */
static enum tcn_status load_unheard(const struct tcn_policy_folder *folder,
                                    const struct tcn_yaml_part *part, void **out_raw) {
    struct tcn_policy_errors *unheard = calloc(1, sizeof(*unheard));
    struct tcn_policy_file file = {0};
    bool is_whole = false;
    if (unheard == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_policy_load(folder, part, &file, out_raw, &is_whole, unheard);
    tcn_policy_file_fini(&file);
    free(unheard);
    return status;
}

/** The ids of domains, as far as they were loaded. */
static void take_domains(const struct tcn_raw_domains *domains,
                         struct tcn_compile_clocks *compile) {
    for (uint32_t i = 0; domains != NULL && i < domains->domains_count; i++) {
        const char *id = domains->domains[i].id;
        const char *procedure = domains->domains[i].procedure;
        compile->domain_ids[i] = id != NULL ? id : "";
        compile->domain_procedures[i] = procedure != NULL ? procedure : "";
        compile->domain_has_scale[i] =
            domains->domains[i].scale != NULL && domains->domains[i].scale[0] != '\0';
        compile->domain_count = i + 1;
    }
}

/** The levels of accidents, as far as they were loaded. */
static void take_levels(const struct tcn_raw_levels *levels, struct tcn_compile_clocks *compile) {
    for (uint32_t i = 0; levels != NULL && i < levels->levels_count; i++) {
        const struct tcn_raw_level *level = &levels->levels[i];
        uint64_t rank = 0;
        if (level->id != NULL && level->kind != NULL && strcmp(level->kind, "accident") == 0 &&
            level->rank != NULL && tcn_text_to_u64(tcn_slice_text(level->rank), &rank) == TCN_OK &&
            rank <= TCN_LEVELS_MAX) {
            compile->level_ids[compile->level_count] = level->id;
            compile->level_ranks[compile->level_count] = (uint32_t)rank;
            compile->level_count++;
        }
    }
}

/** The attributes that are flags, as far as they were loaded. */
static void take_flags(const struct tcn_raw_attributes *attributes,
                       struct tcn_compile_clocks *compile) {
    compile->has_attributes = attributes != NULL;
    for (uint32_t i = 0; attributes != NULL && i < attributes->attributes_count; i++) {
        const struct tcn_raw_attribute *attribute = &attributes->attributes[i];
        if (attribute->id != NULL && attribute->kind != NULL &&
            strcmp(attribute->kind, "flag") == 0) {
            compile->flag_ids[compile->flag_count] = attribute->id;
            compile->flag_count++;
        }
    }
}

/** Keeps the place of the calendar's last entry, for warnings. */
static void keep_last_year(const struct tcn_compile_clocks *compile,
                           struct tcn_clock_source *source) {
    struct tcn_policy_errors *place = calloc(1, sizeof(*place));
    if (place == NULL) {
        return; /* a warning without its line is better than none */
    }
    struct tcn_policy_where where = {
        .section = "years", .entry = source->tables.table.calendar.year_count, .field = "year"};
    tcn_policy_fault(place, &compile->calendars_file, &where, "%s", "");
    source->last_year = place->items[0];
    free(place);
}

/** Loads the files and compiles what did load, so that one run names as much as it can. The raws
 * are given also after a failure. Errors: TCN_NOMEM. */
static enum tcn_status load_and_compile(const struct tcn_policy_folder *folder,
                                        struct tcn_compile_clocks *compile, void **out_calendars,
                                        void **out_clocks) {
    bool is_whole = false;
    enum tcn_status status = tcn_policy_load(folder, &calendars_part, &compile->calendars_file,
                                             out_calendars, &is_whole, compile->errors);
    if (status == TCN_OK) {
        status = tcn_policy_load(folder, &clocks_part, &compile->clocks_file, out_clocks, &is_whole,
                                 compile->errors);
    }
    if (status != TCN_OK) {
        return status;
    }
    compile->calendars = *out_calendars;
    compile->clocks = *out_clocks;
    status = tcn_compile_calendar(compile);
    return status == TCN_OK ? tcn_compile_clocks(compile) : status;
}

enum tcn_status tcn_policy_read_clocks(const char *dir, struct tcn_clock_source **out_source,
                                       struct tcn_policy_errors *errors) {
    const struct tcn_policy_folder folder = {.dir = dir};
    return tcn_policy_read_clocks_of(&folder, out_source, errors);
}

enum tcn_status tcn_policy_read_clocks_of(const struct tcn_policy_folder *folder,
                                          struct tcn_clock_source **out_source,
                                          struct tcn_policy_errors *errors) {
    memset(errors, 0, sizeof(*errors));
    struct tcn_compile_clocks *compile = calloc(1, sizeof(*compile));
    struct tcn_clock_source *source = calloc(1, sizeof(*source));
    void *domains = NULL;
    void *levels = NULL;
    void *attributes = NULL;
    void *calendars = NULL;
    void *clocks = NULL;
    enum tcn_status status = TCN_NOMEM;
    if (compile == NULL || source == NULL) {
        goto out;
    }
    compile->errors = errors;
    compile->tables = &source->tables;
    status = load_unheard(folder, &domains_part, &domains);
    status = status == TCN_OK ? load_unheard(folder, &levels_part, &levels) : status;
    status = status == TCN_OK ? load_unheard(folder, &attributes_part, &attributes) : status;
    take_domains(domains, compile);
    take_flags(attributes, compile);
    take_levels(levels, compile);
    if (status == TCN_OK) {
        status = load_and_compile(folder, compile, &calendars, &clocks);
    }
    if (status == TCN_OK && errors->count > 0) {
        tcn_policy_errors_sort(errors);
        status = TCN_CONFIG;
    }
    if (status == TCN_OK) {
        keep_last_year(compile, source);
        source->clocks_file = compile->clocks_file;
        compile->clocks_file = (struct tcn_policy_file){.data = NULL};
        *out_source = source;
        source = NULL;
    }
    tcn_yaml_destroy(&tcn_schema_domains, &domains);
    tcn_yaml_destroy(&tcn_schema_levels, &levels);
    tcn_yaml_destroy(&tcn_schema_attributes, &attributes);
    tcn_yaml_destroy(&tcn_schema_calendars, &calendars);
    tcn_yaml_destroy(&tcn_schema_clocks, &clocks);
    tcn_policy_file_fini(&compile->calendars_file);
    tcn_policy_file_fini(&compile->clocks_file);
out:
    free(compile);
    tcn_clock_source_destroy(&source);
    return status;
}

const struct tcn_clock_table *tcn_clock_source_table(const struct tcn_clock_source *source) {
    return &source->tables.table;
}

struct tcn_values tcn_clock_source_at(const struct tcn_clock_source *source, uint32_t rule,
                                      struct tcn_policy_errors *errors) {
    TCN_CHECK(rule < source->tables.table.rule_count);
    return (struct tcn_values){.file = &source->clocks_file,
                               .errors = errors,
                               .section = "clocks",
                               .entry = source->tables.entries[rule]};
}

/** The last of the years that follow each other from `year` on; one before it when it is not there.
 */
static int64_t last_known(const struct tcn_calendar *calendar, int64_t year) {
    int64_t last = year - 1;
    for (uint32_t i = 0; i < calendar->year_count; i++) {
        last = calendar->years[i] == last + 1 ? calendar->years[i] : last;
    }
    return last;
}

void tcn_policy_warn_calendar(const struct tcn_clock_source *source, int64_t at_ns,
                              struct tcn_policy_errors *warnings) {
    const struct tcn_calendar *calendar = &source->tables.table.calendar;
    memset(warnings, 0, sizeof(*warnings));
    int64_t seconds = at_ns / TCN_SECOND_NS + calendar->offset_minutes * INT64_C(60);
    int64_t day = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
    int64_t year = tcn_date_from_day(day).year;
    int64_t last = last_known(calendar, year);
    struct tcn_date end = {.year = last + 1, .month = 1, .day = 1};
    int64_t rest = tcn_date_to_day(&end) - day; /* known days, today included */
    if (last >= year && rest >= TCN_CALENDAR_WARNING_DAYS) {
        return;
    }
    struct tcn_policy_error *warning = &warnings->items[0];
    *warning = source->last_year;
    warnings->count = 1;
    if (last < year) {
        (void)snprintf(warning->text, sizeof(warning->text),
                       "the calendar lacks %" PRId64
                       ": clocks that count working days have no date in it; add the year",
                       year);
        return;
    }
    (void)snprintf(warning->text, sizeof(warning->text),
                   "the calendar ends with %" PRId64 ": %" PRId64
                   " days are left, and clocks that run longer have no date; add %" PRId64
                   " when its notice is out",
                   last, rest, last + 1);
}

void tcn_clock_source_destroy(struct tcn_clock_source **source) {
    if (source == NULL || *source == NULL) {
        return;
    }
    tcn_policy_file_fini(&(*source)->clocks_file);
    free((*source)->tables.rules);
    free((*source)->tables.entries);
    free((*source)->tables.years);
    free((*source)->tables.spans);
    free(*source);
    *source = NULL;
}
