/* SPDX-License-Identifier: Apache-2.0 */
#include "testlib/checker.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BYTES 64

/** An event, from whoever told of it first. */
struct entry {
    char key[WORD_BYTES];
    char lane[2 * WORD_BYTES]; /**< writer and lane; empty while nobody entered it */
    uint64_t order;            /**< of its lane, from 1 */
    uint64_t first_position;   /**< 0: not logged */
    uint32_t log_count;
    bool may_be_lost;
    bool may_be_twice;
};

/** How far a lane's order got. */
struct lane {
    char name[2 * WORD_BYTES];
    uint64_t entered;
    uint64_t logged; /**< order of the last that was logged for the first time */
};

/** An alert, or an item of a watcher. */
struct number {
    char owner[WORD_BYTES]; /**< empty for an alert */
    char stream[WORD_BYTES];
    uint64_t number;
    uint64_t position;
};

/** A growing array. */
struct list {
    void *rows;
    size_t row_bytes;
    size_t count;
    size_t capacity;
};

struct tcn_checker {
    struct list entries;
    struct list lanes;
    struct list alerts;
    struct list items;
    struct list watches;             /**< struct number without a number */
    struct tcn_checker_report found; /**< while being told */
};

static void *list_at(const struct list *list, size_t index) {
    return (uint8_t *)list->rows + index * list->row_bytes;
}

/** A zeroed row at the end. A test that is out of memory stops. */
static void *list_push(struct list *list) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        void *rows = realloc(list->rows, capacity * list->row_bytes);
        if (rows == NULL) {
            abort();
        }
        list->rows = rows;
        list->capacity = capacity;
    }
    void *row = list_at(list, list->count);
    memset(row, 0, list->row_bytes);
    list->count++;
    return row;
}

static void list_remove(struct list *list, size_t index) {
    list->count--;
    memmove(list_at(list, index), list_at(list, index + 1),
            (list->count - index) * list->row_bytes);
}

static void copy_word(char *target, size_t size, const char *word) {
    (void)snprintf(target, size, "%s", word);
}

/** Counts a fault and keeps the first in words. */
static void fault(struct tcn_checker_report *report, uint32_t *counter, const char *what,
                  const char *word, uint64_t number) {
    (*counter)++;
    if (report->first[0] == '\0') {
        (void)snprintf(report->first, sizeof(report->first), "%s: %s %" PRIu64, what, word, number);
    }
}

enum tcn_status tcn_checker_create(struct tcn_checker **out_checker) {
    struct tcn_checker *checker = calloc(1, sizeof(*checker));
    if (checker == NULL) {
        return TCN_NOMEM;
    }
    checker->entries.row_bytes = sizeof(struct entry);
    checker->lanes.row_bytes = sizeof(struct lane);
    checker->alerts.row_bytes = sizeof(struct number);
    checker->items.row_bytes = sizeof(struct number);
    checker->watches.row_bytes = sizeof(struct number);
    *out_checker = checker;
    return TCN_OK;
}

void tcn_checker_destroy(struct tcn_checker **checker) {
    if (checker == NULL || *checker == NULL) {
        return;
    }
    free((*checker)->entries.rows);
    free((*checker)->lanes.rows);
    free((*checker)->alerts.rows);
    free((*checker)->items.rows);
    free((*checker)->watches.rows);
    free(*checker);
    *checker = NULL;
}

static struct entry *entry_of(struct tcn_checker *checker, const char *key) {
    for (size_t i = checker->entries.count; i > 0; i--) {
        struct entry *entry = list_at(&checker->entries, i - 1);
        if (strcmp(entry->key, key) == 0) {
            return entry;
        }
    }
    struct entry *entry = list_push(&checker->entries);
    copy_word(entry->key, sizeof(entry->key), key);
    return entry;
}

static struct lane *lane_of(struct tcn_checker *checker, const char *name) {
    for (size_t i = 0; i < checker->lanes.count; i++) {
        struct lane *lane = list_at(&checker->lanes, i);
        if (strcmp(lane->name, name) == 0) {
            return lane;
        }
    }
    struct lane *lane = list_push(&checker->lanes);
    copy_word(lane->name, sizeof(lane->name), name);
    return lane;
}

void tcn_checker_enter(struct tcn_checker *checker, const char *writer, const char *lane_name,
                       const char *key) {
    struct entry *entry = entry_of(checker, key);
    (void)snprintf(entry->lane, sizeof(entry->lane), "%s/%s", writer, lane_name);
    struct lane *lane = lane_of(checker, entry->lane);
    lane->entered++;
    entry->order = lane->entered;
}

void tcn_checker_excuse(struct tcn_checker *checker, const char *key) {
    entry_of(checker, key)->may_be_lost = true;
}

void tcn_checker_twice(struct tcn_checker *checker, const char *key) {
    entry_of(checker, key)->may_be_twice = true;
}

void tcn_checker_log(struct tcn_checker *checker, uint64_t position, const char *key) {
    struct tcn_checker_report *found = &checker->found;
    struct entry *entry = entry_of(checker, key);
    entry->log_count++;
    if (entry->lane[0] == '\0') {
        fault(found, &found->phantom, "accepted by nobody", key, position);
        return;
    }
    if (entry->log_count > 1 && !entry->may_be_twice) {
        fault(found, &found->duplicate, "in the log again", key, position);
        return;
    }
    if (entry->log_count > 1) {
        return;
    }
    struct lane *lane = lane_of(checker, entry->lane);
    entry->first_position = position;
    bool is_free =
        entry->may_be_twice || entry->may_be_lost; /* no order is owed to what was lost */
    if (entry->order < lane->logged && !is_free) {
        fault(found, &found->reordered, "after a later one of its lane", key, position);
    }
    lane->logged = entry->order > lane->logged ? entry->order : lane->logged;
}

void tcn_checker_alert(struct tcn_checker *checker, const char *stream, uint64_t number,
                       uint64_t position) {
    struct number *alert = list_push(&checker->alerts);
    copy_word(alert->stream, sizeof(alert->stream), stream);
    alert->number = number;
    alert->position = position;
}

/** The last number that a watcher has of a stream; 0 when none. */
static uint64_t last_item(const struct tcn_checker *checker, const char *watcher,
                          const char *stream) {
    for (size_t i = checker->items.count; i > 0; i--) {
        const struct number *item = list_at(&checker->items, i - 1);
        if (strcmp(item->owner, watcher) == 0 && strcmp(item->stream, stream) == 0) {
            return item->number;
        }
    }
    return 0;
}

void tcn_checker_watch(struct tcn_checker *checker, const char *watcher, const char *stream) {
    struct number *watch = list_push(&checker->watches);
    copy_word(watch->owner, sizeof(watch->owner), watcher);
    copy_word(watch->stream, sizeof(watch->stream), stream);
}

void tcn_checker_item(struct tcn_checker *checker, const char *watcher, const char *stream,
                      uint64_t number, uint64_t position) {
    struct tcn_checker_report *found = &checker->found;
    uint64_t last = last_item(checker, watcher, stream);
    if (number <= last) {
        return; /* it came twice, and a watcher drops what it has */
    }
    if (number != last + 1) {
        fault(found, &found->hole, "a hole before an item", stream, number);
    }
    struct number *item = list_push(&checker->items);
    copy_word(item->owner, sizeof(item->owner), watcher);
    copy_word(item->stream, sizeof(item->stream), stream);
    item->number = number;
    item->position = position;
}

void tcn_checker_reset(struct tcn_checker *checker, const char *watcher, const char *stream,
                       uint64_t next) {
    for (size_t i = checker->items.count; i > 0; i--) {
        const struct number *item = list_at(&checker->items, i - 1);
        if (strcmp(item->owner, watcher) == 0 && strcmp(item->stream, stream) == 0 &&
            item->number >= next) {
            list_remove(&checker->items, i - 1);
        }
    }
}

void tcn_checker_cursor(struct tcn_checker *checker, const char *watcher, const char *stream,
                        uint64_t number) {
    if (number > last_item(checker, watcher, stream)) {
        fault(&checker->found, &checker->found.stale_cursor, "the cursor is too far", watcher,
              number);
    }
}

static uint64_t to_number(const char *word) {
    return strtoull(word, NULL, 10);
}

/** Takes a line whose words were parted. */
static enum tcn_status take_words(struct tcn_checker *checker, char words[5][WORD_BYTES],
                                  int count) {
    const char *verb = words[0];
    if (strcmp(verb, "enter") == 0 && count == 4) {
        tcn_checker_enter(checker, words[1], words[2], words[3]);
    } else if (strcmp(verb, "excuse") == 0 && count == 2) {
        tcn_checker_excuse(checker, words[1]);
    } else if (strcmp(verb, "twice") == 0 && count == 2) {
        tcn_checker_twice(checker, words[1]);
    } else if (strcmp(verb, "log") == 0 && count == 3) {
        tcn_checker_log(checker, to_number(words[1]), words[2]);
    } else if (strcmp(verb, "watch") == 0 && count == 3) {
        tcn_checker_watch(checker, words[1], words[2]);
    } else if (strcmp(verb, "alert") == 0 && count == 4) {
        tcn_checker_alert(checker, words[1], to_number(words[2]), to_number(words[3]));
    } else if (strcmp(verb, "item") == 0 && count == 5) {
        tcn_checker_item(checker, words[1], words[2], to_number(words[3]), to_number(words[4]));
    } else if (strcmp(verb, "reset") == 0 && count == 4) {
        tcn_checker_reset(checker, words[1], words[2], to_number(words[3]));
    } else if (strcmp(verb, "cursor") == 0 && count == 4) {
        tcn_checker_cursor(checker, words[1], words[2], to_number(words[3]));
    } else {
        return TCN_MALFORMED;
    }
    return TCN_OK;
}

enum tcn_status tcn_checker_line(struct tcn_checker *checker, const char *line) {
    char words[5][WORD_BYTES];
    char rest[2];
    if (line[0] == '#' || line[strspn(line, " \r\n")] == '\0') {
        return TCN_OK;
    }
    int count = sscanf(line, "%63s %63s %63s %63s %63s %1s", words[0], words[1], words[2], words[3],
                       words[4], rest);
    return count >= 1 && count <= 5 ? take_words(checker, words, count) : TCN_MALFORMED;
}

/** What was accepted must be logged. */
static void judge_entries(struct tcn_checker *checker, struct tcn_checker_report *report) {
    for (size_t i = 0; i < checker->entries.count; i++) {
        const struct entry *entry = list_at(&checker->entries, i);
        if (entry->lane[0] != '\0' && entry->log_count == 0 && !entry->may_be_lost) {
            fault(report, &report->lost, "accepted and not in the log", entry->key, entry->order);
        }
    }
}

static const struct number *alert_of(const struct tcn_checker *checker, const char *stream,
                                     uint64_t number) {
    for (size_t i = 0; i < checker->alerts.count; i++) {
        const struct number *alert = list_at(&checker->alerts, i);
        if (alert->number == number && strcmp(alert->stream, stream) == 0) {
            return alert;
        }
    }
    return NULL;
}

/** What a watcher has must be what the fold made. */
static void judge_items(struct tcn_checker *checker, struct tcn_checker_report *report) {
    for (size_t i = 0; i < checker->items.count; i++) {
        const struct number *item = list_at(&checker->items, i);
        const struct number *alert = alert_of(checker, item->stream, item->number);
        if (alert == NULL || alert->position != item->position) {
            fault(report, &report->other_item, "another item", item->stream, item->number);
        }
    }
}

/** Every watcher has all of its streams in the end. */
static void judge_complete(struct tcn_checker *checker, struct tcn_checker_report *report) {
    for (size_t i = 0; i < checker->watches.count; i++) {
        const struct number *watch = list_at(&checker->watches, i);
        uint64_t last = last_item(checker, watch->owner, watch->stream);
        if (alert_of(checker, watch->stream, last + 1) != NULL) {
            fault(report, &report->unsent, "more was for the watcher of", watch->stream, last);
        }
    }
}

bool tcn_checker_judge(struct tcn_checker *checker, bool must_be_complete,
                       struct tcn_checker_report *out_report) {
    struct tcn_checker_report report = checker->found;
    judge_items(checker, &report);
    if (must_be_complete) {
        judge_entries(checker, &report);
        judge_complete(checker, &report);
    }
    *out_report = report;
    return report.first[0] == '\0';
}
