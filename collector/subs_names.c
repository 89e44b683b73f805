/* SPDX-License-Identifier: Apache-2.0 */
/* The names under which a principal has cursors, or may have one in a moment. */
#include "collector/subs_inside.h"

#include <string.h>

#define PAGE_ROWS 32

/* Different names of one principal, as many as it may have. */
struct names {
    uint32_t principal;
    uint32_t count;
    char rows[TCN_PRINCIPAL_NAMES_MAX][TCN_CURSOR_NAME_BYTES_MAX + 1];
};

static bool has(const struct names *names, const char *name) {
    for (uint32_t i = 0; i < names->count; i++) {
        if (strcmp(names->rows[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* What does not fit is left out: then there is no room for a new one either. */
static void add(struct names *names, uint32_t principal, const char *name) {
    if (principal == names->principal && name[0] != '\0' &&
        names->count < TCN_PRINCIPAL_NAMES_MAX && !has(names, name)) {
        memcpy(names->rows[names->count], name, sizeof(names->rows[0]));
        names->count++;
    }
}

static enum tcn_status add_stored(struct tcn_server *server, struct names *names) {
    struct tcn_cursor rows[PAGE_ROWS];
    struct tcn_cursor after = {.principal = names->principal};
    size_t count = PAGE_ROWS;
    while (count == PAGE_ROWS && after.principal == names->principal) {
        const enum tcn_status status =
            tcn_state_cursors(server->state_reader, &after, rows, PAGE_ROWS, &count);
        if (status != TCN_OK) {
            return status;
        }
        for (size_t i = 0; i < count; i++) {
            add(names, rows[i].principal, rows[i].name);
        }
        after = rows[PAGE_ROWS - 1];
    }
    return TCN_OK;
}

enum tcn_status tcn_subs_check_name(struct tcn_server *server, uint32_t principal,
                                    const char *name) {
    const struct tcn_subs *subs = server->subs;
    struct names names = {.principal = principal};
    if (name[0] == '\0') {
        return TCN_OK; /* without a name nothing is kept */
    }
    const enum tcn_status status = add_stored(server, &names);
    for (uint32_t i = 0; i < subs->memory_count; i++) {
        add(&names, subs->memory[i].principal, subs->memory[i].name);
    }
    for (uint32_t i = 0; i < subs->count; i++) {
        add(&names, subs->rows[i]->line.stamp.principal, subs->rows[i]->name);
    }
    if (status != TCN_OK) {
        return status;
    }
    return names.count < TCN_PRINCIPAL_NAMES_MAX || has(&names, name) ? TCN_OK : TCN_LIMIT;
}
