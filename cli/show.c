/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/show.h"

#include "model/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MINUTE_SECONDS 60

void tcn_show_time(int64_t unix_ns, char out_text[TCN_TIME_TEXT_BYTES]) {
    if (unix_ns == 0) {
        (void)snprintf(out_text, TCN_TIME_TEXT_BYTES, "-");
        return;
    }
    time_t seconds = (time_t)(unix_ns / 1000000000);
    struct tm local;
    bool is_known = localtime_r(&seconds, &local) != NULL;
    int offset_minutes = is_known ? (int)(local.tm_gmtoff / MINUTE_SECONDS) : 0;
    tcn_text_from_time_at(unix_ns, offset_minutes, out_text);
}

/* Bytes of the character at the front of a slice, 0 when it is not UTF-8. */
static size_t character_size(const uint8_t *data, size_t size) {
    uint8_t first = data[0];
    size_t wanted = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (wanted > size || !tcn_text_is_utf8(tcn_slice_of(data, wanted))) {
        return 0;
    }
    return wanted;
}

/* True for a character that a terminal obeys. */
static bool is_obeyed(const uint8_t *data, size_t size) {
    return tcn_text_obeyed(tcn_slice_of(data, size)) > 0;
}

static bool is_blank(uint8_t byte) {
    return byte == '\n' || byte == '\t' || byte == '\r';
}

void tcn_show_text(struct tcn_slice text, char *out_text, size_t size) {
    TCN_CHECK(size > 0);
    size_t used = 0;
    for (size_t offset = 0; offset < text.size;) {
        const uint8_t *data = text.data + offset;
        size_t wide = character_size(data, text.size - offset);
        bool is_kept = wide > 0 && !is_obeyed(data, wide);
        size_t need = is_kept ? wide : 1;
        if (used + need >= size) {
            break;
        }
        if (is_kept) {
            memcpy(out_text + used, data, wide);
        } else {
            out_text[used] = is_blank(data[0]) ? ' ' : '?';
        }
        used += need;
        offset += wide > 0 ? wide : 1;
    }
    out_text[used] = '\0';
}

void tcn_show_lines(FILE *file, struct tcn_slice text, int indent) {
    size_t offset = 0;
    while (offset < text.size) {
        const uint8_t *start = text.data + offset;
        const uint8_t *found = memchr(start, '\n', text.size - offset);
        size_t line = found != NULL ? (size_t)(found - start) : text.size - offset;
        (void)fprintf(file, "%*s", indent, "");
        for (size_t done = 0; done < line;) {
            const uint8_t *data = start + done;
            size_t wide = character_size(data, line - done);
            bool is_kept = wide > 0 && !is_obeyed(data, wide);
            size_t step = wide > 0 ? wide : 1;
            const char *mark = is_blank(data[0]) ? " " : "?";
            (void)fwrite(is_kept ? (const char *)data : mark, 1, is_kept ? wide : 1, file);
            done += step;
        }
        (void)fputc('\n', file);
        offset += line + (found != NULL ? 1 : 0);
    }
}

const char *tcn_show_colour(const struct tcn_cli *cli, enum tcn_severity severity) {
    if (!cli->has_colour) {
        return "";
    }
    switch (severity) {
    case TCN_SEVERITY_DANGER:
        return "\033[1;37;41m";
    case TCN_SEVERITY_URGENT:
        return "\033[1;31m";
    case TCN_SEVERITY_SERIOUS:
        return "\033[33m";
    case TCN_SEVERITY_UNKNOWN:
        return "\033[35m";
    default:
        return "";
    }
}

const char *tcn_show_plain(const struct tcn_cli *cli) {
    return cli->has_colour ? "\033[0m" : "";
}

const char *tcn_show_stage(uint32_t stage) {
    return tcn_stage_name((enum tcn_stage)stage);
}

void tcn_show_stage_title(enum tcn_stage stage, char out_text[TCN_SHOW_WORD_BYTES]) {
    const char *title = tcn_stage_title_zh(stage);
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s%s%s", tcn_stage_name(stage),
                   title[0] != '\0' ? " " : "", title);
}

void tcn_show_kind(enum tcn_procedure_kind kind, char out_text[TCN_SHOW_WORD_BYTES]) {
    const char *title = tcn_procedure_title_zh(kind);
    if (title[0] == '\0') {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "-");
        return;
    }
    (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s %s", tcn_procedure_name(kind), title);
}

void tcn_show_degree(const struct tcn_policy *policy, const struct tcn_degree *degree,
                     char out_text[TCN_SHOW_WORD_BYTES]) {
    const struct tcn_level *level =
        tcn_rules_accident_level(policy != NULL ? policy->rules : NULL, degree->rank);
    const char *sure = degree->sure == TCN_COUNT_EXACT      ? ""
                       : degree->sure == TCN_COUNT_ESTIMATE ? ", as estimated"
                                                            : ", at least";
    if (degree->rank == 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "-");
    } else if (level == NULL) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "rank %u%s", (unsigned)degree->rank, sure);
    } else {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%.48s %.60s%s", level->id, level->title_zh,
                       sure); /* whole characters of three bytes */
    }
}

void tcn_show_acts(FILE *file, uint64_t acts) {
    const char *comma = "";
    for (uint32_t bit = 0; bit < 64; bit++) {
        if ((acts >> bit & 1U) != 0) {
            (void)fprintf(file, "%s%s", comma, tcn_act_name(tcn_act_of_bit(bit)));
            comma = ", ";
        }
    }
}

/** An option of `tocsin act`; nothing when the word is empty. */
static void show_option(FILE *file, const char *option, const char *word) {
    char text[TCN_SHOW_WORD_BYTES];
    if (word[0] != '\0') {
        tcn_show_text(tcn_slice_text(word), text, sizeof(text));
        (void)fprintf(file, " %s %s", option, text);
    }
}

void tcn_show_second(FILE *file, const struct tcn_second *second) {
    (void)fprintf(file, "%s", tcn_act_name(second->act));
    /* Of these the other word is the reason (core/fold_act). */
    const bool has_reason = second->act == TCN_ACT_ERASED || second->act == TCN_ACT_HOLD_ENDED;
    show_option(file, has_reason ? "--reason" : "--domain", second->domain);
    show_option(file, "--to", second->organ);
    (void)fprintf(file, ", until another post says the same");
}

void tcn_show_facts(uint32_t facts, char *out_text, size_t size) {
    size_t used = 0;
    out_text[0] = '\0';
    for (uint32_t bit = 0; bit < 32; bit++) {
        if ((facts >> bit & 1U) == 0) {
            continue;
        }
        int wrote = snprintf(out_text + used, size - used, "%s%s", used > 0 ? ", " : "",
                             tcn_fact_name(UINT32_C(1) << bit));
        if (wrote < 0 || (size_t)wrote >= size - used) {
            out_text[used] = '\0';
            return;
        }
        used += (size_t)wrote;
    }
}

void tcn_show_organ(const struct tcn_policy *policy, uint16_t number,
                    char out_text[TCN_SHOW_WORD_BYTES]) {
    const struct tcn_organ *organ = policy == NULL ? NULL : tcn_policy_organ(policy, number);
    if (organ != NULL) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%s", organ->id);
    } else if (number != 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%u", (unsigned)number);
    } else {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "-");
    }
}

void tcn_show_division(const struct tcn_policy *policy, uint64_t code,
                       char out_text[TCN_SHOW_WORD_BYTES]) {
    const struct tcn_division *division =
        policy == NULL || code == 0 ? NULL : tcn_policy_division(policy, code);
    if (code == 0) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "-");
    } else if (division == NULL) {
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%012" PRIu64, code);
    } else {
        char name[TCN_SHOW_WORD_BYTES - 24];
        tcn_show_text(tcn_slice_text(division->name), name, sizeof name);
        (void)snprintf(out_text, TCN_SHOW_WORD_BYTES, "%012" PRIu64 " %s", code, name);
    }
}

/* A day, or a day and a minute, in the zone of this machine. */
static enum tcn_status read_local(const char *text, int64_t *out_unix_ns) {
    struct tm local = {.tm_isdst = -1};
    int used = 0;
    int count = sscanf(text, "%4d-%2d-%2d%n", &local.tm_year, &local.tm_mon, &local.tm_mday, &used);
    if (count != 3 || used != 10) {
        return TCN_MALFORMED;
    }
    if (text[used] != '\0') {
        int more = 0;
        count = sscanf(text + used, "%*1[ T]%2d:%2d%n", &local.tm_hour, &local.tm_min, &more);
        if (count != 2 || more != 6 || text[used + more] != '\0') {
            return TCN_MALFORMED;
        }
    }
    struct tm wanted = local;
    wanted.tm_year -= 1900;
    wanted.tm_mon -= 1;
    time_t seconds = mktime(&wanted);
    /* What does not come back as it went in is a date that does not exist. */
    bool is_same = wanted.tm_mday == local.tm_mday && wanted.tm_mon == local.tm_mon - 1;
    if (seconds == (time_t)-1 || !is_same || local.tm_year < 1900 || local.tm_year > 2200) {
        return TCN_MALFORMED;
    }
    *out_unix_ns = (int64_t)seconds * 1000000000;
    return TCN_OK;
}

enum tcn_status tcn_show_read_time(const char *text, int64_t *out_unix_ns) {
    enum tcn_status status = tcn_text_to_time(tcn_slice_text(text), out_unix_ns);
    return status == TCN_OK ? status : read_local(text, out_unix_ns);
}

void tcn_show_number(FILE *file, const char *name, uint64_t number) {
    (void)fprintf(file, "%-14s %" PRIu64 "\n", name, number);
}

void tcn_show_hash(FILE *file, const char *name, const struct tcn_hash *hash) {
    char text[2 * sizeof(struct tcn_hash) + 1];
    tcn_hex_encode(hash->bytes, sizeof hash->bytes, text);
    (void)fprintf(file, "%-14s %s\n", name, text);
}
