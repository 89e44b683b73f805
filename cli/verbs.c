/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verbs.h"

#include <string.h>

static const struct tcn_cli_verb verbs[] = {
    {"up", "run a whole district on this machine", tcn_verb_up},
    {"report", "hand reports to this PC's agent", tcn_verb_report},
    {"act", "act on a matter, through this PC's agent", tcn_verb_act},
    {"rewrap", "hand a matter's sealed texts to who leads it next", tcn_verb_rewrap},
    {"erase", "erase the sealed texts of an event, for good: two posts", tcn_verb_erase},
    {"unseal", "open sealed texts alone where life or a child is in danger", tcn_verb_unseal},
    {"zero", "a zero report: lines known safe, by whom, where", tcn_verb_zero},
    {"check-in", "a sign of life of an office", tcn_verb_check_in},
    {"sign-off", "an office closes for the day", tcn_verb_sign_off},
    {"drill", "begin, end and report an exercise beside real work", tcn_verb_drill},
    {"board", "the five lines: known safe, unknown, warning, breach", tcn_verb_board},
    {"desk", "what the district's desk must know, on one screen", tcn_verb_desk},
    {"status", "what a petitioner may know, by slip code", tcn_verb_status},
    {"outbox", "what the agent still has to deliver, and dead letters", tcn_verb_outbox},
    {"watch", "a bureau's alerts, live and durable", tcn_verb_watch},
    {"duty", "take the duty of an organ, or hand it over", tcn_verb_duty},
    {"callsheet", "whom to telephone about a matter, on paper", tcn_verb_callsheet},
    {"call", "an organ was telephoned, and what came of it", tcn_verb_call},
    {"silence", "have planned work not ring, for a while", tcn_verb_silence},
    {"roster", "which posts have the duty, and where nobody has", tcn_verb_roster},
    {"replay", "history", tcn_verb_replay},
    {"matter", "matters and their events", tcn_verb_matter},
    {"clocks", "how many limits were kept and missed, by rule", tcn_verb_clocks},
    {"placement", "months and claims of a placement; months by program", tcn_verb_placement},
    {"explain", "why an event or an alert went as it did", tcn_verb_explain},
    {"notified", "what was told to whom, and what became of it", tcn_verb_notified},
    {"audit", "who knew what of a matter, when", tcn_verb_audit},
    {"sources", "who publishes, and how far each got", tcn_verb_sources},
    {"epoch", "outboxes that wait for the desk's word", tcn_verb_epoch},
    {"log", "statistics, verification and rebuilding of a log", tcn_verb_log},
    {"receipt", "check a receipt offline", tcn_verb_receipt},
    {"key", "keys, who may speak, and getting into a registry", tcn_verb_key},
    {"config", "check and show a configuration", tcn_verb_config},
    {"policy", "check and show a policy", tcn_verb_policy},
    {"doctor", "is everything in order, and what to do", tcn_verb_doctor},
    {"bench", "how fast this machine takes events, with its disk", tcn_verb_bench},
    {"version", "versions of this program and its libraries", tcn_verb_version},
};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

static void print_help(const struct tcn_cli *cli) {
    (void)fprintf(cli->out, "usage: tocsin VERB [OPTIONS]\n\n");
    for (size_t index = 0; index < VERB_COUNT; index++) {
        (void)fprintf(cli->out, "  %-10s %s\n", verbs[index].name, verbs[index].summary);
    }
    (void)fprintf(cli->out, "\n`tocsin help VERB` tells the options of one verb.\n");
}

/* The verb that shares the longest beginning with the word, for a hint; NULL when none shares any.
 */
static const char *nearest(const char *word) {
    const char *best = NULL;
    size_t best_size = 0;
    for (size_t index = 0; index < VERB_COUNT; index++) {
        size_t size = 0;
        while (word[size] != '\0' && word[size] == verbs[index].name[size]) {
            size++;
        }
        if (size > best_size) {
            best_size = size;
            best = verbs[index].name;
        }
    }
    return best;
}

static const struct tcn_cli_verb *find(const char *word) {
    for (size_t index = 0; index < VERB_COUNT; index++) {
        if (strcmp(word, verbs[index].name) == 0) {
            return &verbs[index];
        }
    }
    return NULL;
}

static int refuse(struct tcn_cli *cli, const char *word) {
    const char *hint = nearest(word);
    return tcn_cli_usage(cli, hint == NULL ? "help" : hint, "there is no verb %s", word);
}

/* `tocsin help` and `tocsin help VERB`. */
static int tell(struct tcn_cli *cli, const char *word) {
    if (word == NULL) {
        print_help(cli);
        return TCN_EXIT_OK;
    }
    const struct tcn_cli_verb *verb = find(word);
    char name[] = "help";
    char option[] = "--help";
    char *words[] = {name, option, NULL};
    return verb == NULL ? refuse(cli, word) : verb->run(cli, 2, words);
}

int tcn_verbs_run(struct tcn_cli *cli, int argc, char **argv) {
    if (argc < 2) {
        print_help(cli);
        return TCN_EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        return tell(cli, argc > 2 ? argv[2] : NULL);
    }
    const struct tcn_cli_verb *verb = find(strcmp(word, "--version") == 0 ? "version" : word);
    return verb == NULL ? refuse(cli, word) : verb->run(cli, argc - 1, argv + 1);
}
