/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin key invite`: an administrator lets a new machine claim a row of the registry. The
 * invitation is on disk before the change is said, so that no token is lost with a terminal; where
 * the change is refused, the file goes too.
 */
#include "base/clock.h"
#include "base/text.h"
#include "cli/change.h"
#include "cli/place.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/invitation.h"
#include "client/known.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A day is the most; what clocks may differ is taken off unless it is asked for. */
#define HOURS_DEFAULT 23
#define HOURS_MAX 24
#define HOUR_NS (3600 * TCN_SECOND_NS)

/* All that the verb takes. */
struct inviting {
    struct tcn_cli *cli;
    struct tcn_change_options options;
    const char *name;
    const char *like;
    const char *role;
    const char *organ;
    const char *divisions;
    const char *streams;
    const char *hours_option;
    const char *out_option;
    const char *door;
    const char *front;
    struct tcn_change change; /* the administrator's place */
    uint64_t hours;
    char path[TCN_CLI_PATH_BYTES];
    char door_found[TCN_INVITATION_ADDRESS_BYTES];
    struct tcn_invitation invitation;
    struct tcn_registry_change said;
};

static int check_words(struct inviting *made) {
    const bool has_rights = made->organ != NULL || made->divisions != NULL || made->streams != NULL;
    if (!tcn_text_is_word(tcn_slice_text(made->name))) {
        return tcn_cli_usage(made->cli, "key invite --help",
                             "a name is a word: a to z, 0 to 9, '_', '.', '-'");
    }
    if ((made->like == NULL) == (made->role == NULL) || (made->like != NULL && has_rights)) {
        return tcn_cli_usage(made->cli, "key invite --help",
                             "either --like OTHER, or --role and what it may do");
    }
    made->hours = HOURS_DEFAULT;
    if (made->hours_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(made->hours_option), &made->hours) != TCN_OK ||
         made->hours < 1 || made->hours > HOURS_MAX)) {
        return tcn_cli_usage(made->cli, "key invite --help", "--hours takes a number from 1 to %d",
                             HOURS_MAX);
    }
    return TCN_EXIT_OK;
}

static int parse(struct inviting *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"like", 0, "OTHER", "with the rights of this principal", NULL, &made->like},
        {"role", 0, "R", "office, bureau, watcher, auditor, admin", NULL, &made->role},
        {"organ", 0, "O", "the organ that it speaks for or belongs to", NULL, &made->organ},
        {"divisions", 0, "D,E", "it reports for these, or `all`; else as the policy says", NULL,
         &made->divisions},
        {"streams", 0, "O,P", "it reads those of these organs, or `all`; else its own", NULL,
         &made->streams},
        {"hours", 0, "N", "the invitation is good for, 1 to 24; else 23", NULL,
         &made->hours_option},
        {"out", 0, "FILE", "the invitation; else NAME.invitation", NULL, &made->out_option},
        {"door", 0, "ADDRESS", "the broker's door; else of etc/broker.yaml", NULL, &made->door},
        {"front", 0, "ADDRESS", "the broker's front as the machine reaches it", NULL, &made->front},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &made->options.timeout},
        TCN_SEAT_DIR_OPTION(&made->options.asker.seat),
        TCN_SEAT_CONFIG_OPTION(&made->options.asker.seat),
    };
    const struct tcn_cli_syntax syntax = {
        "key invite NAME --like OTHER | key invite NAME --role R [--organ O] [--out FILE]", options,
        sizeof options / sizeof options[0]};
    int first = 0;
    const int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (argc - first != 1) {
        return tcn_cli_usage(made->cli, "key invite --help", "key invite takes the new one's name");
    }
    made->name = argv[first];
    return check_words(made);
}

/* The door's address: as given, else as the broker's own configuration says, where that is here. */
static int find_door(struct inviting *made) {
    char path[TCN_CLI_PATH_BYTES];
    struct tcn_config *broker = NULL;
    const bool is_here =
        made->door == NULL &&
        tcn_place_path(path, made->change.asker.seat.dir, "etc/broker.yaml") == TCN_OK &&
        access(path, R_OK) == 0 &&
        tcn_place_config(made->cli, path, NULL, "broker", &broker) == TCN_EXIT_OK;
    const char *found = made->door;
    if (is_here && broker->has_broker) {
        found = broker->broker.door;
    }
    const int size =
        found == NULL ? 0 : snprintf(made->door_found, sizeof made->door_found, "%s", found);
    tcn_config_destroy(&broker);
    if (size > 0 && size < (int)sizeof made->door_found) {
        return TCN_EXIT_OK;
    }
    (void)fprintf(made->cli->err,
                  "tocsin: cannot invite %s: because it is not known where the broker's door is\n"
                  "try: --door tcp://HOST:PORT, as `door` in the broker's configuration\n",
                  made->name);
    return TCN_EXIT_CONFIG;
}

/* Calls `take` for each word of a comma-separated list. */
static int each_word(struct inviting *made, const char *list,
                     int (*take)(struct inviting *made, const char *word)) {
    for (const char *next = list; *next != '\0';) {
        char word[TCN_WORD_BYTES_MAX + 1];
        const size_t size = strcspn(next, ",");
        (void)snprintf(word, sizeof word, "%.*s", (int)(size < sizeof word ? size : 0), next);
        const int code = take(made, word);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        next += size + (next[size] == ',' ? 1 : 0);
    }
    return TCN_EXIT_OK;
}

static int add_division(struct inviting *made, const char *word) {
    struct tcn_principal *row = &made->said.row;
    uint64_t code = 0;
    if (strlen(word) != 12 || tcn_text_to_u64(tcn_slice_text(word), &code) != TCN_OK) {
        return tcn_cli_usage(made->cli, "key invite --help",
                             "--divisions takes codes of 12 digits");
    }
    if (row->division_count == TCN_PRINCIPAL_DIVISIONS_MAX) {
        return tcn_cli_usage(made->cli, "key invite --help", "at most %d divisions, or all",
                             TCN_PRINCIPAL_DIVISIONS_MAX);
    }
    row->divisions[row->division_count++] = code;
    return TCN_EXIT_OK;
}

static int add_stream(struct inviting *made, const char *word) {
    struct tcn_principal *row = &made->said.row;
    uint16_t organ = 0;
    const int code = tcn_seat_organ(made->cli, &made->change.asker.seat, word, &organ);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (row->stream_count == TCN_PRINCIPAL_STREAMS_MAX) {
        return tcn_cli_usage(made->cli, "key invite --help", "at most %d streams, or all",
                             TCN_PRINCIPAL_STREAMS_MAX);
    }
    row->streams[row->stream_count++] = organ;
    return TCN_EXIT_OK;
}

static enum tcn_role role_of(const char *word) {
    static const enum tcn_role roles[] = {TCN_ROLE_OFFICE, TCN_ROLE_BUREAU, TCN_ROLE_WATCHER,
                                          TCN_ROLE_AUDITOR, TCN_ROLE_ADMIN};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if (strcmp(word, tcn_role_name(roles[i])) == 0) {
            return roles[i];
        }
    }
    return TCN_ROLE_NONE;
}

/* The divisions that the policy gives to its organ. The desk may report for any place. */
static void grant_divisions(struct inviting *made) {
    const struct tcn_policy *policy = &made->change.asker.seat.names.policy;
    struct tcn_principal *row = &made->said.row;
    const struct tcn_organ *organ = tcn_policy_organ(policy, row->organ);
    row->all_divisions = organ != NULL && organ->kind == TCN_ORGAN_DESK;
    for (uint32_t i = 0; i < policy->division_count; i++) {
        if (policy->divisions[i].office == row->organ &&
            row->division_count < TCN_PRINCIPAL_DIVISIONS_MAX) {
            row->divisions[row->division_count++] = policy->divisions[i].code;
        }
    }
}

/* Whose it is. An auditor and an administrator are nobody's. */
static int fill_organ(struct inviting *made) {
    struct tcn_principal *row = &made->said.row;
    const bool has_organ = row->role != TCN_ROLE_AUDITOR && row->role != TCN_ROLE_ADMIN;
    if (has_organ != (made->organ != NULL)) {
        return tcn_cli_usage(made->cli, "key invite --help",
                             has_organ ? "--organ O, whose is it"
                                       : "this role belongs to no organ");
    }
    return has_organ ? tcn_seat_organ(made->cli, &made->change.asker.seat, made->organ, &row->organ)
                     : TCN_EXIT_OK;
}

static int fill_divisions(struct inviting *made) {
    struct tcn_principal *row = &made->said.row;
    const bool reports = row->role == TCN_ROLE_OFFICE || row->role == TCN_ROLE_BUREAU;
    if (made->divisions == NULL && reports) {
        grant_divisions(made);
    }
    if (made->divisions == NULL) {
        return TCN_EXIT_OK;
    }
    row->all_divisions = strcmp(made->divisions, "all") == 0;
    return row->all_divisions ? TCN_EXIT_OK : each_word(made, made->divisions, add_division);
}

static int fill_streams(struct inviting *made) {
    struct tcn_principal *row = &made->said.row;
    if (made->streams == NULL) {
        row->all_streams = row->role == TCN_ROLE_AUDITOR;
        return made->organ == NULL ? TCN_EXIT_OK : add_stream(made, made->organ);
    }
    row->all_streams = strcmp(made->streams, "all") == 0;
    return row->all_streams ? TCN_EXIT_OK : each_word(made, made->streams, add_stream);
}

/* What it may do, of the options and, where they say nothing, of what one of its role does. */
static int fill_rights(struct inviting *made) {
    made->said.row.role = role_of(made->role);
    if (made->said.row.role == TCN_ROLE_NONE) {
        return tcn_cli_usage(made->cli, "key invite --help",
                             "--role takes office, bureau, watcher, auditor or admin");
    }
    int code = fill_organ(made);
    if (code == TCN_EXIT_OK) {
        code = fill_divisions(made);
    }
    return code == TCN_EXIT_OK ? fill_streams(made) : code;
}

/* The rights of another row, and nothing of who that is. */
static int copy_rights(struct inviting *made) {
    const struct tcn_principal *found = NULL;
    const int code = tcn_principals_find(made->cli, &made->change.principals, made->like, &found);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    struct tcn_principal *row = &made->said.row;
    *row = *found;
    row->id = 0;
    row->source = 0;
    row->status = TCN_PRINCIPAL_NONE;
    row->transport_key = (struct tcn_public_key){{0}};
    row->signing_key = (struct tcn_public_key){{0}};
    row->old_transport_key = (struct tcn_public_key){{0}};
    row->old_signing_key = (struct tcn_public_key){{0}};
    row->old_until_ns = 0;
    row->token_until_ns = 0;
    return TCN_EXIT_OK;
}

/* What was told lately, the bundle, or the configuration. While one key follows another it is the
 * one that comes. */
static struct tcn_public_key newest_broker_key(const struct tcn_seat *seat) {
    struct tcn_broker_keys told = seat->names.bundle.brokers;
    enum tcn_status ignored = tcn_known_load(seat->dir, &told);
    (void)ignored;
    return tcn_known_newest(&told, &seat->config->client.broker_transport_key, tcn_clock_wall_ns());
}

static int fill(struct inviting *made) {
    struct tcn_invitation *invitation = &made->invitation;
    const struct tcn_config_client *client = &made->change.asker.seat.config->client;
    made->said.kind = TCN_CHANGE_INVITED;
    const int code = made->like != NULL ? copy_rights(made) : fill_rights(made);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    (void)snprintf(made->said.row.name, sizeof made->said.row.name, "%s", made->name);
    (void)snprintf(invitation->name, sizeof invitation->name, "%s", made->name);
    (void)snprintf(invitation->door, sizeof invitation->door, "%s", made->door_found);
    const int size = snprintf(invitation->front, sizeof invitation->front, "%s",
                              made->front != NULL ? made->front : client->broker_endpoint);
    if (size >= (int)sizeof invitation->front) {
        return tcn_cli_fail(made->cli, TCN_TOOBIG, "--front ADDRESS", "write the broker's address");
    }
    invitation->broker_key = newest_broker_key(&made->change.asker.seat);
    invitation->collector_key = client->collector_signing_key;
    invitation->log_id = made->change.asker.seat.names.bundle.log_id;
    const int64_t until_ns = tcn_clock_wall_ns() + (int64_t)made->hours * HOUR_NS;
    invitation->until_ns = until_ns - until_ns % TCN_MS_NS;
    made->said.until_ns = invitation->until_ns;
    tcn_invitation_token(&invitation->token, &made->said.token_hash);
    return TCN_EXIT_OK;
}

static int write_invitation(struct inviting *made) {
    const int size = made->out_option != NULL
                         ? snprintf(made->path, sizeof made->path, "%s", made->out_option)
                         : snprintf(made->path, sizeof made->path, "%s.invitation", made->name);
    const enum tcn_status status = size < (int)sizeof made->path
                                       ? tcn_invitation_write(&made->invitation, made->path)
                                       : TCN_TOOBIG;
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(made->cli, status,
                              status == TCN_EXISTS ? "another --out; nothing is overwritten"
                                                   : "--out FILE, on this machine's own disk",
                              "write the invitation %s", made->path);
}

static void tell(const struct inviting *made) {
    FILE *out = made->cli->out;
    char until[TCN_TIME_TEXT_BYTES];
    tcn_show_time(made->invitation.until_ns, until);
    (void)fprintf(out, "%s\n", made->path);
    (void)fprintf(out, "Carry it to the machine of %s by hand; it is good once, until %s.\n",
                  made->name, until);
    (void)fprintf(out, "There: tocsin key enrol %s --out DIR\n", made->path);
}

/* Says it. Where nobody has said in time what it came to, the invitation may be good yet. */
static int say(struct inviting *made) {
    struct tcn_change_made done;
    char what[TCN_WORD_BYTES_MAX + 16];
    (void)snprintf(what, sizeof what, "invite %s", made->name);
    const int code = tcn_change_say(&made->change, &made->said, what, &done);
    if (code == TCN_EXIT_OK || code == TCN_EXIT_TIMEOUT) {
        tell(made);
    } else {
        (void)unlink(made->path);
    }
    return code;
}

static int run(struct inviting *made) {
    int code = tcn_change_check(made->cli, &made->options, &made->change);
    if (code == TCN_EXIT_OK) {
        code = tcn_change_open(made->cli, &made->options, &made->change);
    }
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_need_names(made->cli, &made->change.asker.seat);
    }
    if (code == TCN_EXIT_OK) {
        code = find_door(made);
    }
    if (code == TCN_EXIT_OK) {
        code = fill(made);
    }
    if (code == TCN_EXIT_OK) {
        code = write_invitation(made);
    }
    return code == TCN_EXIT_OK ? say(made) : code;
}

int tcn_verb_key_invite(struct tcn_cli *cli, int argc, char **argv) {
    struct inviting *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "start");
    }
    made->cli = cli;
    int code = parse(made, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(made);
    }
    tcn_change_close(&made->change);
    tcn_invitation_fini(&made->invitation);
    free(made);
    return code;
}
