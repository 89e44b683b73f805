/* SPDX-License-Identifier: Apache-2.0 */
/* `tocsin key rights`: what a principal may, and how long. What is not named stays as it is. */
#include "base/text.h"
#include "cli/change.h"
#include "cli/key.h"

#include <string.h>

/* What was typed; NULL: stays. */
struct typed {
    struct tcn_change_options options;
    const char *not_after;
    const char *not_before;
    const char *rate;
    const char *byte_rate;
    const char *divisions;
    const char *streams;
    const char *acts;
};

static int parse(struct tcn_cli *cli, struct typed *typed, int argc, char **argv, int *out_first) {
    const struct tcn_cli_option table[] = {
        {"not-after", 0, "T", "valid until then; never", NULL, &typed->not_after},
        {"not-before", 0, "T", "valid from then", NULL, &typed->not_before},
        {"rate", 0, "N", "messages a second; 0: the broker's own limit", NULL, &typed->rate},
        {"byte-rate", 0, "N", "bytes a second; 0: the broker's own limit", NULL, &typed->byte_rate},
        {"divisions", 0, "A,B", "reports only for these, 12 digits each; all; none", NULL,
         &typed->divisions},
        {"streams", 0, "A,B", "reads only these organs' streams; all; none", NULL, &typed->streams},
        {"acts", 0, "A,B", "publishes only these acts; all", NULL, &typed->acts},
        TCN_CHANGE_OPTIONS(&typed->options),
    };
    const struct tcn_cli_syntax syntax = {"key rights NAME [OPTIONS]", table,
                                          sizeof table / sizeof table[0]};
    int code = tcn_cli_parse(cli, &syntax, argc, argv, out_first);
    if (code == TCN_EXIT_OK && argc - *out_first != 1) {
        return tcn_cli_usage(cli, "key rights --help", "key rights takes one name");
    }
    const char *const all[] = {typed->not_after, typed->not_before, typed->rate, typed->byte_rate,
                               typed->divisions, typed->streams,    typed->acts};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i] != NULL) {
            return code;
        }
    }
    return code != TCN_EXIT_OK ? code
                               : tcn_cli_usage(cli, "key rights --help",
                                               "say what changes: --not-after T, for example");
}

/* A time, or the word that stands for none. */
static int take_time(struct tcn_cli *cli, const char *option, const char *text, int64_t *out_ns) {
    if (text == NULL) {
        return TCN_EXIT_OK;
    }
    if (strcmp(text, "never") == 0) {
        *out_ns = 0;
        return TCN_EXIT_OK;
    }
    if (tcn_show_read_time(text, out_ns) != TCN_OK) {
        return tcn_cli_usage(cli, "key rights --help",
                             "--%s takes a time: 2026-11-23T14:05:00+08:00, 2026-11-23 14:05 of "
                             "this place, or never",
                             option);
    }
    return TCN_EXIT_OK;
}

static int take_number(struct tcn_cli *cli, const char *option, const char *text,
                       uint32_t *out_number) {
    uint64_t number = 0;
    if (text == NULL) {
        return TCN_EXIT_OK;
    }
    if (tcn_text_to_u64(tcn_slice_text(text), &number) != TCN_OK || number > UINT32_MAX) {
        return tcn_cli_usage(cli, "key rights --help", "--%s takes a number from 0 to %u", option,
                             UINT32_MAX);
    }
    *out_number = (uint32_t)number;
    return TCN_EXIT_OK;
}

/* The next word of "A,B"; false at the end. */
static bool next_word(const char **rest, char out_word[TCN_SHOW_WORD_BYTES]) {
    if (*rest == NULL) {
        return false;
    }
    size_t size = strcspn(*rest, ",");
    (void)snprintf(out_word, TCN_SHOW_WORD_BYTES, "%.*s",
                   size < TCN_SHOW_WORD_BYTES ? (int)size : 0, *rest);
    *rest = (*rest)[size] == ',' ? *rest + size + 1 : NULL;
    return true;
}

/* The words "all" and "none" in the place of a list; true when it was one of them. */
static bool take_whole(const char *text, bool *out_all, uint32_t *out_count) {
    bool is_all = strcmp(text, "all") == 0;
    if (!is_all && strcmp(text, "none") != 0) {
        *out_all = false;
        *out_count = 0;
        return false;
    }
    *out_all = is_all;
    *out_count = 0;
    return true;
}

static int too_many(struct tcn_cli *cli, const char *option, unsigned maximum) {
    return tcn_cli_usage(cli, "key rights --help", "--%s takes %u at most", option, maximum);
}

static int take_divisions(struct tcn_cli *cli, const char *text, struct tcn_principal *row) {
    char word[TCN_SHOW_WORD_BYTES];
    if (text == NULL || take_whole(text, &row->all_divisions, &row->division_count)) {
        return TCN_EXIT_OK;
    }
    while (next_word(&text, word)) {
        struct tcn_slice division = tcn_slice_text(word);
        if (!tcn_division_is_valid(division)) {
            return tcn_cli_usage(cli, "policy show -o json", "a division has 12 digits");
        }
        if (row->division_count == TCN_PRINCIPAL_DIVISIONS_MAX) {
            return too_many(cli, "divisions", TCN_PRINCIPAL_DIVISIONS_MAX);
        }
        enum tcn_status status = tcn_text_to_u64(division, &row->divisions[row->division_count++]);
        TCN_CHECK(status == TCN_OK);
    }
    return TCN_EXIT_OK;
}

static int take_acts(struct tcn_cli *cli, const char *text, struct tcn_principal *row) {
    char word[TCN_SHOW_WORD_BYTES];
    if (text == NULL) {
        return TCN_EXIT_OK;
    }
    row->act_count = 0; /* all that the role may */
    if (strcmp(text, "all") == 0) {
        return TCN_EXIT_OK;
    }
    while (next_word(&text, word)) {
        uint32_t act = 1;
        while (act < 64 && strcmp(word, tcn_act_name((enum tcn_act)act)) != 0) {
            act++;
        }
        if (!tcn_act_is_human((enum tcn_act)act)) {
            return tcn_cli_usage(cli, "key rights --help", "no act is called %s", word);
        }
        if (row->act_count == TCN_PRINCIPAL_ACTS_MAX) {
            return too_many(cli, "acts", TCN_PRINCIPAL_ACTS_MAX);
        }
        row->acts[row->act_count++] = act;
    }
    return TCN_EXIT_OK;
}

/* Organs have their words in the district's policy, so they are read last, when it is there. */
static int take_streams(struct tcn_change *change, const char *text, struct tcn_principal *row) {
    char word[TCN_SHOW_WORD_BYTES];
    if (text == NULL || take_whole(text, &row->all_streams, &row->stream_count)) {
        return TCN_EXIT_OK;
    }
    while (next_word(&text, word)) {
        uint16_t organ = 0;
        int code = tcn_seat_organ(change->cli, &change->asker.seat, word, &organ);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        if (row->stream_count == TCN_PRINCIPAL_STREAMS_MAX) {
            return too_many(change->cli, "streams", TCN_PRINCIPAL_STREAMS_MAX);
        }
        row->streams[row->stream_count++] = organ;
    }
    return TCN_EXIT_OK;
}

/* All but the streams, into a row. */
static int take(struct tcn_cli *cli, const struct typed *typed, struct tcn_principal *row) {
    int code = take_time(cli, "not-after", typed->not_after, &row->not_after_ns);
    if (code == TCN_EXIT_OK) {
        code = take_time(cli, "not-before", typed->not_before, &row->not_before_ns);
    }
    if (code == TCN_EXIT_OK) {
        code = take_number(cli, "rate", typed->rate, &row->message_rate);
    }
    if (code == TCN_EXIT_OK) {
        code = take_number(cli, "byte-rate", typed->byte_rate, &row->byte_rate);
    }
    if (code == TCN_EXIT_OK) {
        code = take_divisions(cli, typed->divisions, row);
    }
    return code == TCN_EXIT_OK ? take_acts(cli, typed->acts, row) : code;
}

static int change_rights(struct tcn_change *change, const struct typed *typed,
                         const struct tcn_principal *row) {
    struct tcn_registry_change said = {
        .kind = TCN_CHANGE_RIGHTS,
        .principal = row->id,
        .row = *row,
        .reason = tcn_slice_text(change->reason == NULL ? "" : change->reason),
    };
    char text[TCN_SHOW_TEXT_BYTES];
    if (row->status == TCN_PRINCIPAL_REVOKED) {
        (void)fprintf(
            change->cli->err,
            "tocsin: cannot change the rights of %s: because it is revoked, and a revoked "
            "row never changes\ntry: invite it anew (docs/how-to/keys.md)\n",
            row->name);
        return TCN_EXIT_REFUSED;
    }
    if (row->id == change->asker.seat.config->client.principal) {
        (void)fprintf(change->cli->err,
                      "tocsin: cannot change the rights of %s: because nobody changes its own\n"
                      "try: the same by another administrator: --config FILE\n",
                      row->name);
        return TCN_EXIT_REFUSED;
    }
    int code = take(change->cli, typed, &said.row);
    if (code == TCN_EXIT_OK) {
        code = take_streams(change, typed->streams, &said.row);
    }
    if (code == TCN_EXIT_OK && said.row.not_after_ns != 0 &&
        said.row.not_after_ns <= said.row.not_before_ns) {
        return tcn_cli_usage(change->cli, "key rights --help",
                             "its end would not be after its "
                             "beginning");
    }
    struct tcn_change_made made;
    if (code == TCN_EXIT_OK) {
        (void)snprintf(text, sizeof text, "change the rights of %s", row->name);
        code = tcn_change_say(change, &said, text, &made);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    (void)snprintf(text, sizeof text, "changed the rights of %s", row->name);
    return tcn_change_print(change, &made, text, true);
}

int tcn_key_rights(struct tcn_cli *cli, int argc, char **argv) {
    struct typed typed = {.not_after = NULL};
    struct tcn_change change = {.cli = cli};
    struct tcn_principal scratch = {.id = 0};
    const struct tcn_principal *row = NULL;
    int first = 0;
    int code = parse(cli, &typed, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = tcn_change_check(cli, &typed.options, &change);
    }
    if (code == TCN_EXIT_OK) {
        code = take(cli, &typed, &scratch); /* what is mistyped is told before anybody is asked */
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_change_open(cli, &typed.options, &change);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_principals_find(cli, &change.principals, argv[first], &row);
    }
    if (code == TCN_EXIT_OK) {
        code = change_rights(&change, &typed, row);
    }
    tcn_change_close(&change);
    return code;
}
