/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin key enrol`: a machine that was invited makes its keys, claims its row and writes down
 * what its programs need. The keys are on disk before anything is said, and the same claim by them
 * gets the same answer, so it may be killed at any moment: said again, it finishes.
 */
#include "base/clock.h"
#include "base/text.h"
#include "cli/await.h"
#include "cli/machine.h"
#include "cli/place.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/enrol.h"
#include "client/names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_NS (60 * TCN_SECOND_NS)
#define FILE_WORD_BYTES (TCN_WORD_BYTES_MAX + 8)

/* All that the verb takes. */
struct enrolment {
    struct tcn_cli *cli;
    const char *invitation_path;
    const char *out_option;
    const char *seal_option;
    const char *timeout_option;
    int64_t deadline_ns;
    bool had_keys; /* they were there already */
    struct tcn_invitation invitation;
    struct tcn_key_set keys;
    struct tcn_enrolled enrolled;
    struct tcn_names names;
    char dir[TCN_CLI_PATH_BYTES]; /* absolute */
    char key_path[TCN_CLI_PATH_BYTES];
    char organ[TCN_WORD_BYTES_MAX + 1]; /* word of what it speaks for */
    char file[FILE_WORD_BYTES];         /* of its configuration, without the ending */
};

static int parse(struct enrolment *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"out", 0, "DIR", "the machine's folder; made when it is new", NULL, &made->out_option},
        {"seal", 0, "FILE", "key file of this organ, whose sealing key opens its texts", NULL,
         &made->seal_option},
        {"timeout", 0, "S", "seconds to wait for the answer, 60", NULL, &made->timeout_option},
    };
    const struct tcn_cli_syntax syntax = {"key enrol INVITATION --out DIR [--seal FILE]", options,
                                          sizeof options / sizeof options[0]};
    int first = 0;
    int64_t timeout_ns = 0;
    int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK && (argc - first != 1 || made->out_option == NULL)) {
        return tcn_cli_usage(made->cli, "key enrol --help",
                             "key enrol takes the file of an invitation and --out DIR");
    }
    if (code == TCN_EXIT_OK) {
        made->invitation_path = argv[first];
        code =
            tcn_await_seconds(made->cli, "timeout", made->timeout_option, TIMEOUT_NS, &timeout_ns);
    }
    made->deadline_ns = tcn_clock_monotonic_ns() + timeout_ns;
    return code;
}

/* Says why it cannot be, and what to do, in words of this verb. Gives the exit code. */
static int fail(const struct enrolment *made, enum tcn_status status, const char *why,
                const char *hint) {
    if (status == TCN_CANCELED) {
        return tcn_cli_fail(made->cli, status, NULL, "enrol");
    }
    const char *name = made->invitation.name[0] == '\0' ? "" : made->invitation.name;
    (void)fprintf(made->cli->err, "tocsin: cannot enrol%s%s: because %s\ntry: %s\n",
                  name[0] == '\0' ? "" : " ", name, why, hint);
    return tcn_cli_exit_code(status);
}

static int read_invitation(struct enrolment *made) {
    const enum tcn_status status = tcn_invitation_read(made->invitation_path, &made->invitation);
    switch (status) {
    case TCN_OK:
        return TCN_EXIT_OK;
    case TCN_MALFORMED:
        return fail(made, status, "that file is no invitation",
                    "the file that `tocsin key invite` wrote");
    case TCN_CORRUPT:
        return fail(made, status,
                    "the invitation is not as it was written: a line was changed or "
                    "cut off",
                    "carry the file over again, whole");
    case TCN_VERSION:
        return fail(made, status, "a newer version of tocsin wrote the invitation",
                    "install that version here");
    default:
        return tcn_cli_fail(made->cli, status, "the file that `tocsin key invite` wrote",
                            "read the invitation %s", made->invitation_path);
    }
}

static int make_folders(struct enrolment *made) {
    static const char *const folders[] = {"keys", "etc", "run", "agents"};
    bool is_made = tcn_place_make(made->out_option) == TCN_OK;
    char *absolute = is_made ? realpath(made->out_option, NULL) : NULL;
    is_made = absolute != NULL &&
              snprintf(made->dir, sizeof made->dir, "%s", absolute) < (int)sizeof made->dir;
    free(absolute);
    for (size_t i = 0; is_made && i < sizeof folders / sizeof folders[0]; i++) {
        char path[TCN_CLI_PATH_BYTES];
        is_made = tcn_place_path(path, made->dir, "%s", folders[i]) == TCN_OK &&
                  tcn_place_make(path) == TCN_OK;
    }
    return is_made
               ? TCN_EXIT_OK
               : fail(made, TCN_IO, strerror(errno), "--out DIR, a folder that may be written to");
}

/* Takes the organ's sealing key from another key file of it. */
static int take_seal(struct enrolment *made, struct tcn_key_set *keys) {
    struct tcn_key_set from = {0};
    if (made->seal_option == NULL) {
        return TCN_EXIT_OK;
    }
    enum tcn_status status = tcn_key_file_read(made->seal_option, &from);
    const bool has_seal = status == TCN_OK && from.has_seal;
    if (has_seal) { /* the older ones too: this machine reads what was sealed to them */
        struct tcn_seal_key seals[TCN_SEALS_MAX];
        status = tcn_key_set_take_seals(keys, seals, tcn_key_set_seals(&from, seals));
        tcn_secret_wipe(seals, sizeof seals);
    }
    tcn_key_set_fini(&from);
    if (status != TCN_OK) {
        return tcn_cli_fail(made->cli, status, "--seal FILE, a key file of the same organ",
                            "read the sealing key in %s", made->seal_option);
    }
    return has_seal ? TCN_EXIT_OK
                    : fail(made, TCN_ABSENT, "the file of --seal has no sealing key",
                           "the key file of a program that opens this organ's texts");
}

static int make_keys(struct enrolment *made) {
    struct tcn_key_set keys = {0};
    enum tcn_status status = tcn_key_set_make(tcn_slice_text(made->invitation.name), false, &keys);
    const int code = status == TCN_OK ? take_seal(made, &keys) : TCN_EXIT_OK;
    if (status == TCN_OK && code == TCN_EXIT_OK) {
        status = tcn_key_file_write(&keys, made->key_path);
    }
    if (status == TCN_OK && code == TCN_EXIT_OK) {
        made->keys = keys;
    }
    tcn_key_set_fini(&keys);
    return status == TCN_OK ? code
                            : tcn_cli_fail(made->cli, status, "--out DIR, a folder with room",
                                           "write the keys %s", made->key_path);
}

/* The keys of this name that lie there, or new ones: then they are on disk before they are used. */
static int take_keys(struct enrolment *made) {
    char public_path[TCN_CLI_PATH_BYTES];
    enum tcn_status status =
        tcn_place_path(made->key_path, made->dir, "keys/%s.key", made->invitation.name);
    if (status == TCN_OK) {
        status = tcn_place_path(public_path, made->dir, "keys/%s.pub", made->invitation.name);
    }
    if (status == TCN_OK) {
        status = tcn_key_file_read(made->key_path, &made->keys);
        made->had_keys = status == TCN_OK;
    }
    if (status == TCN_ABSENT) {
        const int code = make_keys(made);
        if (code != TCN_EXIT_OK) {
            return code;
        }
        status = TCN_OK;
    }
    if (status == TCN_OK) {
        status = tcn_key_file_write_public(&made->keys, public_path);
        status = status == TCN_EXISTS ? TCN_OK : status;
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(made->cli, status, "another --out; keys are never overwritten",
                              "use the keys %s", made->key_path);
}

static struct tcn_enrolling enrolling_of(const struct enrolment *made) {
    return (struct tcn_enrolling){.invitation = &made->invitation,
                                  .keys = &made->keys,
                                  .stop_descriptor = made->cli->signals,
                                  .deadline_ns = made->deadline_ns};
}

static int fail_denied(const struct enrolment *made) {
    char until[TCN_TIME_TEXT_BYTES];
    char why[256];
    tcn_show_time(made->invitation.until_ns, until);
    (void)snprintf(why, sizeof why,
                   "the collector does not let it in: the invitation was good until %s, once%s",
                   until, made->had_keys ? ", and not for keys that stand in another row" : "");
    return fail(made, TCN_DENIED, why,
                made->had_keys
                    ? "a new invitation; and another --out, when the keys there are another row's"
                    : "a new invitation: `tocsin key invite` at an administrator's");
}

static int claim(struct enrolment *made) {
    const struct tcn_enrolling enrolling = enrolling_of(made);
    const enum tcn_status status = tcn_enrol_claim(&enrolling, &made->enrolled);
    switch (status) {
    case TCN_OK:
        return TCN_EXIT_OK;
    case TCN_DENIED:
        return fail_denied(made);
    case TCN_BAD_SIGNATURE:
        return fail(made, status,
                    "what answers at the door is not signed by the collector of the invitation",
                    "an administrator: the invitation is of another district, or somebody stands "
                    "in between; nothing was done");
    case TCN_UNREACHABLE_PEER:
        return fail(made, status,
                    "nobody who has the broker's key of the invitation is at its door",
                    "see that this machine can reach the address behind `door` in the invitation, "
                    "then say it again");
    case TCN_TIMEOUT:
        return fail(made, status, "the door did not answer in time",
                    "say it again: the keys stay, and the same claim gets the same answer");
    default:
        return tcn_cli_fail(made->cli, status, "say it again a little later; the keys stay",
                            "enrol %s", made->invitation.name);
    }
}

static int take_bundle(struct enrolment *made) {
    const struct tcn_enrolling enrolling = enrolling_of(made);
    enum tcn_status status = tcn_enrol_bundle(&enrolling, made->dir);
    if (status == TCN_OK) {
        status = tcn_names_load(made->dir, &made->invitation.collector_key, &made->names);
    }
    if (status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT) {
        return fail(made, status,
                    "it is in the registry, and nobody gives it the policy at the broker's front",
                    "see that this machine can reach the address behind `front` in the "
                    "invitation, then say it again");
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, "say it again a little later",
                                           "take the policy to %s", made->dir);
}

static void set_words(struct enrolment *made, const char *organ, const char *prefix,
                      const char *word) {
    (void)snprintf(made->organ, sizeof made->organ, "%s", organ);
    (void)snprintf(made->file, sizeof made->file, "%s%s", prefix, word);
}

/* What its programs are configured as. */
static enum tcn_status write_config(struct enrolment *made) {
    const struct tcn_principal *row = &made->enrolled.row;
    const struct tcn_organ *organ = tcn_policy_organ(&made->names.policy, row->organ);
    const struct tcn_machine machine = {.dir = made->dir,
                                        .front = made->invitation.front,
                                        .broker_key = &made->invitation.broker_key,
                                        .collector_key = &made->invitation.collector_key,
                                        .row = row,
                                        .organ = made->organ};
    switch (row->role) {
    case TCN_ROLE_OFFICE:
    case TCN_ROLE_BUREAU:
        if (organ == NULL) {
            return TCN_ABSENT;
        }
        set_words(made, organ->id, "agent.", organ->id);
        return tcn_machine_agent(&machine, made->file, organ->id);
    case TCN_ROLE_WATCHER:
        if (organ == NULL) {
            return TCN_ABSENT;
        }
        set_words(made, organ->id, "watch.", organ->id);
        return tcn_machine_client(&machine, made->file, organ->id);
    case TCN_ROLE_AUDITOR:
        set_words(made, "auditor", "", "auditor");
        return tcn_machine_client(&machine, made->file, NULL);
    case TCN_ROLE_ADMIN: {
        set_words(made, TCN_CONFIG_ORGAN_ADMIN, "agent.", TCN_SETUP_ADMIN);
        const enum tcn_status status = tcn_machine_agent(&machine, made->file, TCN_SETUP_ADMIN);
        return status == TCN_OK ? tcn_machine_client(&machine, TCN_SETUP_ADMIN, TCN_SETUP_ADMIN)
                                : status;
    }
    default:
        return TCN_NOT_ALLOWED;
    }
}

static int configure(struct enrolment *made) {
    const enum tcn_status status = write_config(made);
    if (status == TCN_ABSENT) {
        return fail(made, status, "the policy does not know the organ of its row",
                    "an administrator: `tocsin policy show` there, and another invitation");
    }
    if (status == TCN_NOT_ALLOWED) {
        return fail(made, status, "it is in the registry, in a role that has no machine of its own",
                    "write its configuration by hand: docs/how-to/install.md");
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, "--out DIR, a folder with room",
                                           "write the configuration in %s", made->dir);
}

static void tell(const struct enrolment *made) {
    FILE *out = made->cli->out;
    const struct tcn_principal *row = &made->enrolled.row;
    const bool has_agent = strncmp(made->file, "agent.", 6) == 0;
    (void)fprintf(out,
                  "%s is in the registry, as principal %" PRIu32 ", since position %" PRIu64 ".\n",
                  row->name, row->id, made->enrolled.position);
    (void)fprintf(out, "Its keys never leave this machine: %s\n", made->key_path);
    if (has_agent) {
        (void)fprintf(out, "Start it: tocsin-agent --config %s/etc/%s.yaml\n", made->dir,
                      made->file);
    } else if (row->role == TCN_ROLE_WATCHER) {
        (void)fprintf(out, "Use it: tocsin watch --bureau %s --dir %s\n", made->organ, made->dir);
    } else {
        (void)fprintf(out, "Use it: tocsin replay --dir %s\n", made->dir);
    }
    if (row->role == TCN_ROLE_WATCHER && !made->keys.has_seal) {
        (void)fprintf(out, "It has no sealing key: texts that are sealed to %s stay closed here.\n",
                      made->organ);
    }
}

static int run(struct enrolment *made) {
    int code = read_invitation(made);
    if (code == TCN_EXIT_OK) {
        code = make_folders(made);
    }
    if (code == TCN_EXIT_OK) {
        code = take_keys(made);
    }
    if (code == TCN_EXIT_OK) {
        code = claim(made);
    }
    if (code == TCN_EXIT_OK) {
        code = take_bundle(made);
    }
    if (code == TCN_EXIT_OK) {
        code = configure(made);
    }
    if (code == TCN_EXIT_OK) {
        tell(made);
    }
    return code;
}

int tcn_verb_key_enrol(struct tcn_cli *cli, int argc, char **argv) {
    struct enrolment *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "start");
    }
    made->cli = cli;
    int code = parse(made, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(made);
    }
    tcn_names_fini(&made->names);
    tcn_key_set_fini(&made->keys);
    tcn_invitation_fini(&made->invitation);
    free(made);
    return code == -1 ? TCN_EXIT_OK : code;
}
