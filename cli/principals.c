/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/principals.h"

#include "base/text.h"
#include "cli/show.h"
#include "policy/nearest.h"

#include <stdlib.h>
#include <string.h>

int tcn_principals_read(struct tcn_asker *asker, struct tcn_principals *out_principals) {
    *out_principals = (struct tcn_principals){.count = 0};
    out_principals->rows = calloc(TCN_PRINCIPALS_MAX, sizeof *out_principals->rows);
    if (out_principals->rows == NULL) {
        return tcn_cli_fail(asker->cli, TCN_NOMEM, NULL, "read the registry");
    }
    struct tcn_query query = {.kind = TCN_QUERY_REGISTRY, .at_least_position = TCN_QUERY_LATEST};
    do {
        struct tcn_answer answer;
        int code = tcn_asker_ask(asker, &query, &answer);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        if (answer.principal_count > TCN_PRINCIPALS_MAX - out_principals->count ||
            (answer.next_page != 0 && answer.next_page <= query.page)) {
            return tcn_cli_fail(asker->cli, TCN_MALFORMED, NULL, "read the registry");
        }
        if (answer.principal_count > 0) {
            memcpy(out_principals->rows + out_principals->count, answer.principals,
                   answer.principal_count * sizeof *answer.principals);
        }
        out_principals->count += answer.principal_count;
        out_principals->version = answer.position;
        query.page = answer.next_page;
    } while (query.page != 0);
    return TCN_EXIT_OK;
}

void tcn_principals_fini(struct tcn_principals *principals) {
    free(principals->rows);
    *principals = (struct tcn_principals){.count = 0};
}

/* Names the nearest, when one is near. */
static int tell_unknown(struct tcn_cli *cli, const struct tcn_principals *principals,
                        const char *word) {
    char shown[TCN_SHOW_WORD_BYTES];
    const char **names = calloc(principals->count + 1, sizeof *names);
    for (uint32_t index = 0; names != NULL && index < principals->count; index++) {
        names[index] = principals->rows[index].name;
    }
    const char *nearest = names == NULL ? NULL : tcn_nearest(word, names, principals->count);
    tcn_show_text(tcn_slice_text(word), shown, sizeof shown);
    (void)fprintf(cli->err, "tocsin: nobody in the registry is called %s", shown);
    if (nearest != NULL) {
        tcn_show_text(tcn_slice_text(nearest), shown, sizeof shown);
        (void)fprintf(cli->err, "; the nearest is %s", shown);
    }
    (void)fprintf(cli->err, "\ntry: tocsin key ls\n");
    free(names);
    return TCN_EXIT_NOTHING;
}

int tcn_principals_find(struct tcn_cli *cli, const struct tcn_principals *principals,
                        const char *word, const struct tcn_principal **out_row) {
    uint64_t number = 0;
    bool is_number = tcn_text_to_u64(tcn_slice_text(word), &number) == TCN_OK;
    const struct tcn_principal *found = NULL;
    uint32_t live_count = 0;
    for (uint32_t index = 0; index < principals->count; index++) {
        const struct tcn_principal *row = &principals->rows[index];
        if (is_number ? row->id != number : strcmp(row->name, word) != 0) {
            continue;
        }
        bool is_live = row->status != TCN_PRINCIPAL_REVOKED;
        live_count += is_live ? 1 : 0;
        if (is_live || live_count == 0) {
            found = row;
        }
    }
    if (found == NULL) {
        return tell_unknown(cli, principals, word);
    }
    if (live_count > 1) {
        return tcn_cli_usage(cli, "key ls", "%u are called %s: say which by its number",
                             (unsigned)live_count, word);
    }
    *out_row = found;
    return TCN_EXIT_OK;
}

bool tcn_principals_have_other_admin(const struct tcn_principals *principals, uint32_t id,
                                     int64_t now_ns) {
    for (uint32_t index = 0; index < principals->count; index++) {
        const struct tcn_principal *row = &principals->rows[index];
        if (row->role == TCN_ROLE_ADMIN && row->id != id && tcn_principal_is_valid(row, now_ns)) {
            return true;
        }
    }
    return false;
}

const char *tcn_principal_stands(const struct tcn_principal *row, int64_t now_ns) {
    if (row->status != TCN_PRINCIPAL_ACTIVE || tcn_principal_is_valid(row, now_ns)) {
        return tcn_principal_status_name(row->status);
    }
    return now_ns < row->not_before_ns ? "not yet" : "expired";
}
