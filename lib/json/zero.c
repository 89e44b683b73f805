/* SPDX-License-Identifier: Apache-2.0 */
#include "json/zero.h"

#include "base/text.h"

#include <string.h>

/** Reads "lines": a word of the policy, and whether it is known safe. */
static enum tcn_status read_lines(struct tcn_json_reader *reader, json_t *lines,
                                  struct tcn_zero_body *body) {
    const size_t count = json_object_size(lines);
    if (count > TCN_ZERO_TICKS_MAX) {
        return tcn_json_fault(reader, TCN_TOOBIG, "lines", "at most 16 lines");
    }
    struct tcn_tick *ticks = tcn_arena_alloc(reader->arena, count * sizeof(*ticks));
    const char *key = NULL;
    json_t *value = NULL;
    uint32_t i = 0;
    if (ticks == NULL) {
        return tcn_json_fault(reader, TCN_NOMEM, "lines", "less, or more memory");
    }
    json_object_foreach(lines, key, value) {
        const char *copy = tcn_arena_copy(reader->arena, key, strlen(key));
        if (copy == NULL) {
            return tcn_json_fault(reader, TCN_NOMEM, "lines", "less, or more memory");
        }
        if (!tcn_text_is_word(tcn_slice_text(key)) || !json_is_boolean(value)) {
            return tcn_json_fault(reader, TCN_BAD_VALUE, "lines",
                                  "true (known safe) or false under each line's word");
        }
        ticks[i++] = (struct tcn_tick){.line = tcn_slice_of(copy, strlen(key)),
                                       .is_safe = json_is_true(value)};
    }
    body->ticks = ticks;
    body->tick_count = i;
    return TCN_OK;
}

/** Reads "places". */
static enum tcn_status read_places(struct tcn_json_reader *reader, json_t *places,
                                   struct tcn_zero_body *body) {
    static const struct tcn_json_field field = {"places", TCN_JSON_TEXT, 0, TCN_PLACE_BYTES_MAX,
                                                NULL};
    const size_t count = json_array_size(places);
    if (count > TCN_ZERO_PLACES_MAX) {
        return tcn_json_fault(reader, TCN_TOOBIG, "places", "at most 16 places");
    }
    struct tcn_slice *rows = tcn_arena_alloc(reader->arena, count * sizeof(*rows));
    enum tcn_status status =
        rows != NULL ? TCN_OK : tcn_json_fault(reader, TCN_NOMEM, "places", "less, or more memory");
    for (size_t i = 0; i < count && status == TCN_OK; i++) {
        rows[i] = (struct tcn_slice){0};
        status = tcn_json_read_value(reader, &field, json_array_get(places, i), &rows[i]);
    }
    if (status == TCN_OK) {
        body->places = rows;
        body->place_count = (uint32_t)count;
    }
    return status;
}

enum tcn_status tcn_json_read_zero(struct tcn_json_reader *reader, json_t *lines, json_t *places,
                                   struct tcn_zero_body *body) {
    enum tcn_status status = lines != NULL ? read_lines(reader, lines, body) : TCN_OK;
    if (status == TCN_OK && places != NULL) {
        status = read_places(reader, places, body);
    }
    return status;
}

void tcn_json_add_zero(struct tcn_json_writer *writer, const struct tcn_zero_body *body) {
    tcn_json_object_begin(writer, "lines");
    for (uint32_t i = 0; i < body->tick_count; i++) {
        char line[TCN_WORD_BYTES_MAX + 1];
        /* One that is no word came past no check; it is passed over. */
        if (tcn_text_is_word(body->ticks[i].line) &&
            tcn_text_copy(body->ticks[i].line, line, sizeof line) == TCN_OK) {
            tcn_json_add_bool(writer, line, body->ticks[i].is_safe);
        }
    }
    tcn_json_object_end(writer);
    if (body->post.size > 0) {
        tcn_json_add_text(writer, "post", body->post);
    }
    if (body->place_count > 0) {
        tcn_json_array_begin(writer, "places");
        for (uint32_t i = 0; i < body->place_count; i++) {
            tcn_json_add_text(writer, NULL, body->places[i]);
        }
        tcn_json_array_end(writer);
    }
    if (body->of_office.size > 0) {
        tcn_json_add_text(writer, "of_office", body->of_office);
    }
}
