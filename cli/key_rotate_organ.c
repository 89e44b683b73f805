/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/key_rotate_organ.h"

#include "base/clock.h"
#include "cli/await.h"
#include "cli/place.h"
#include "client/open.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 8
#define HEX_BYTES (2 * sizeof(struct tcn_public_key) + 1)
#define USAGE                                                                                      \
    "key rotate organ --bureau B | --office O [KEY...] [OPTIONS] | "                               \
    "key rotate organ --from FILE KEY..."
#define HELP "key rotate organ --help"

/* All that the verb takes, and what it works on. */
struct changing {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *timeout_option;
    const char *from;
    bool is_held;
    bool is_telling;
    int64_t wait_ns;
    struct tcn_seat seat;
    struct tcn_config *agent; /* of the organ's agent, when it lies beside; else NULL */
    uint16_t organ;
    const char *files[FILES_MAX];
    uint32_t file_count;
    struct tcn_seal_key keys[TCN_SEALS_MAX]; /* what the files shall hold, newest first */
    uint32_t key_count;
};

static int add_file(struct changing *made, const char *path) {
    for (uint32_t i = 0; i < made->file_count; i++) {
        if (strcmp(made->files[i], path) == 0) {
            return TCN_EXIT_OK;
        }
    }
    if (made->file_count == FILES_MAX) {
        return tcn_cli_usage(made->cli, HELP, "key rotate organ takes at most %d key files",
                             FILES_MAX);
    }
    made->files[made->file_count++] = path;
    return TCN_EXIT_OK;
}

static int check(struct changing *made, int word_count) {
    const int modes = (made->is_held ? 1 : 0) + (made->is_telling ? 1 : 0) + (made->from != NULL);
    if (modes > 1) {
        return tcn_cli_usage(made->cli, HELP, "--hold, --tell and --from exclude each other");
    }
    if (made->from != NULL && word_count == 0) {
        return tcn_cli_usage(made->cli, HELP, "--from needs the key files that take its keys");
    }
    return tcn_await_seconds(made->cli, "timeout", made->timeout_option, TCN_AWAIT_NS,
                             &made->wait_ns);
}

static int parse(struct changing *made, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_OFFICE_OPTION(&made->options),
        TCN_SEAT_BUREAU_OPTION(&made->options),
        TCN_SEAT_DIR_OPTION(&made->options),
        TCN_SEAT_CONFIG_OPTION(&made->options),
        {"hold", 0, NULL, "make it and do not tell the log yet", &made->is_held, NULL},
        {"tell", 0, NULL, "make none: tell the log the newest one in the key file",
         &made->is_telling, NULL},
        {"from", 0, "FILE", "make none: take those of this key file of the organ", NULL,
         &made->from},
        {"timeout", 0, "S", "seconds to wait; 60", NULL, &made->timeout_option},
    };
    const struct tcn_cli_syntax syntax = {USAGE, options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(made->cli, &syntax, argc, argv, &first);
    if (code == TCN_EXIT_OK) {
        code = check(made, argc - first);
    }
    for (int i = first; i < argc && code == TCN_EXIT_OK; i++) {
        code = add_file(made, argv[i]);
    }
    return code;
}

/* The key file of the organ's agent, when that is configured in the same folder. */
static int find_agent_file(struct changing *made) {
    const char *dir = made->options.dir != NULL ? made->options.dir : getenv("TOCSIN_DIR");
    char role[TCN_WORD_BYTES_MAX + 8];
    char path[TCN_CLI_PATH_BYTES];
    (void)snprintf(role, sizeof role, "agent.%s", made->seat.organ);
    if (made->options.config != NULL || dir == NULL ||
        tcn_place_path(path, dir, "etc/%s.yaml", role) != TCN_OK || access(path, R_OK) != 0) {
        return TCN_EXIT_OK;
    }
    const int code = tcn_place_config(made->cli, NULL, dir, role, &made->agent);
    return code == TCN_EXIT_OK && made->agent->has_agent
               ? add_file(made, made->agent->agent.key_file)
               : code;
}

/* Who the organ is, and where its keys are. */
static int sit_down(struct changing *made) {
    int code = tcn_seat_init(made->cli, &made->options, NULL, &made->seat);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (!made->seat.config->has_client) {
        (void)fprintf(made->cli->err,
                      "tocsin: cannot change the sealing key: because %s has no program here that "
                      "reads\ntry: the PC with etc/watch.%s.yaml, or --config FILE\n",
                      made->seat.organ, made->seat.organ);
        return TCN_EXIT_CONFIG;
    }
    code = tcn_seat_organ(made->cli, &made->seat, made->seat.organ, &made->organ);
    if (code == TCN_EXIT_OK) {
        code = add_file(made, made->seat.config->client.key_file);
    }
    return code == TCN_EXIT_OK ? find_agent_file(made) : code;
}

static int fail_file(struct changing *made, enum tcn_status status, const char *path) {
    const char *hint = status == TCN_BUSY ? "tocsin key rotate --show, or --file KEY --swap: its "
                                            "other keys are being changed; again when that is done"
                       : status == TCN_LIMIT
                           ? "docs/how-to/keys.md: it holds as many older sealing keys as it can"
                           : "the key files of this organ, as the user who has them";
    return tcn_cli_fail(made->cli, status, hint, "put the sealing key into %s", path);
}

/* Reads the sealing keys of a file; none is an error, whoever asks wants one. */
static int read_keys(struct changing *made, const char *path) {
    struct tcn_key_set set = {0};
    enum tcn_status status = tcn_key_file_read(path, &set);
    if (status == TCN_OK) {
        made->key_count = tcn_key_set_seals(&set, made->keys);
        status = made->key_count > 0 ? TCN_OK : TCN_ABSENT;
    }
    tcn_key_set_fini(&set);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(made->cli, status, "a key file that has one",
                                           "read the sealing key in %s", path);
}

/* All files, or none that is told of: a file that failed is named, and it is said again. */
static int fill_files(struct changing *made) {
    for (uint32_t i = 0; i < made->file_count; i++) {
        const enum tcn_status status =
            tcn_key_file_take_seals(made->files[i], made->keys, made->key_count);
        if (status != TCN_OK) {
            return fail_file(made, status, made->files[i]);
        }
    }
    return TCN_EXIT_OK;
}

static void print_files(const struct changing *made) {
    char hex[HEX_BYTES];
    tcn_hex_encode(made->keys[0].public_key.bytes, sizeof made->keys[0].public_key.bytes, hex);
    for (uint32_t i = 0; i < made->file_count; i++) {
        (void)fprintf(made->cli->out, "%s\n", made->files[i]);
    }
    (void)fprintf(made->cli->out, "sealing key: %s\n", hex);
}

/* Why it changed nothing. */
static int tell_void(struct changing *made, uint32_t code, uint64_t position) {
    const char *why = code == TCN_CONFLICT        ? "the registry has it already"
                      : code == TCN_LIMIT         ? "the registry is full"
                      : code == TCN_DENIED        ? "it is not this organ's to say"
                      : tcn_status_is_known(code) ? tcn_status_sentence((enum tcn_status)code)
                                                  : "the collector says so";
    (void)fprintf(made->cli->err, "tocsin: cannot change the sealing key of %s: because %s",
                  made->seat.organ, why);
    if (position > 0) {
        (void)fprintf(made->cli->err, "; it stands in the log at position %" PRIu64, position);
    }
    (void)fprintf(made->cli->err, "\ntry: %s\n",
                  code == TCN_CONFLICT ? "tocsin key rotate organ without --tell, for another one"
                                       : "docs/how-to/keys.md");
    return TCN_EXIT_REFUSED;
}

/* Says it through the organ's agent, and waits until it is known what it came to. */
static int say(struct changing *made, struct tcn_entered *entered) {
    const struct tcn_registry_change change = {
        .kind = TCN_CHANGE_ORGAN_KEY,
        .organ_key = {.organ = made->organ, .key = made->keys[0].public_key},
    };
    const struct tcn_draft draft = {.event = {.format = TCN_EVENT_FORMAT,
                                              .act = TCN_ACT_REGISTRY_CHANGED,
                                              .body_kind = TCN_BODY_REGISTRY,
                                              .registry = &change},
                                    .is_act = true};
    const struct tcn_await await = {.is_act = true, .is_waiting = true};
    int code = tcn_await_enter(made->cli, &made->seat, &await, &draft, entered);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + made->wait_ns;
    const enum tcn_status status = tcn_await_outcome(&made->seat, deadline_ns, entered);
    if (status == TCN_TIMEOUT) {
        (void)fprintf(made->cli->err,
                      "tocsin: it is safe in the agent's outbox; the collector has not answered "
                      "yet\ntry: tocsin outbox; the key files stay as they are\n");
        return TCN_EXIT_TIMEOUT;
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(made->cli, status, NULL, "wait for the outcome");
    }
    if (entered->outcome != TCN_OK) {
        return tell_void(made, entered->outcome, 0);
    }
    const int64_t least_ns = tcn_clock_monotonic_ns() + TCN_AWAIT_EFFECT_NS;
    entered->effect =
        tcn_effect_ask(made->cli, &made->seat, entered->mode, entered->position,
                       deadline_ns > least_ns ? deadline_ns : least_ns, &entered->told);
    return entered->effect == TCN_EFFECT_VOID
               ? tell_void(made, entered->told.code, entered->position)
               : TCN_EXIT_OK;
}

static int tell_log(struct changing *made) {
    struct tcn_entered entered = {0};
    int code = tcn_seat_local(made->cli, &made->seat);
    if (code == TCN_EXIT_OK) {
        code = say(made, &entered);
    }
    /* An agent that changed its other keys meanwhile has written what it read before. */
    const int filled = fill_files(made);
    if (code != TCN_EXIT_OK) {
        (void)fprintf(made->cli->err,
                      "The key files hold it: with --tell it is told without making another.\n");
        return code;
    }
    (void)fprintf(
        made->cli->out,
        "It stands in the log at position %" PRIu64
        "%s. Who seals a text to %s seals it to this key as soon as the collector has "
        "told of it.\nScreens that run find it in their key file by themselves; start other "
        "programs of %s again.\n",
        entered.position,
        entered.effect == TCN_EFFECT_UNKNOWN ? "; what it came to is not known" : "",
        made->seat.organ, made->seat.organ);
    return filled;
}

static int run(struct changing *made) {
    if (made->from != NULL) {
        const int code = read_keys(made, made->from);
        return code == TCN_EXIT_OK ? fill_files(made) : code;
    }
    int code = sit_down(made);
    if (code == TCN_EXIT_OK && made->is_telling) {
        code = read_keys(made, made->seat.config->client.key_file);
    } else if (code == TCN_EXIT_OK) {
        tcn_seal_key_make(&made->keys[0]);
        made->key_count = 1;
    }
    if (code == TCN_EXIT_OK) {
        code = fill_files(made);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    print_files(made);
    if (made->is_held) {
        (void)fprintf(made->cli->out,
                      "The log is not told yet: bring it to the other PCs of %s "
                      "(--from), then say --tell.\n",
                      made->seat.organ);
        return TCN_EXIT_OK;
    }
    return tell_log(made);
}

int tcn_key_rotate_organ(struct tcn_cli *cli, int argc, char **argv) {
    struct changing made = {.cli = cli};
    int code = parse(&made, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = run(&made);
    }
    tcn_secret_wipe(made.keys, sizeof made.keys);
    tcn_config_destroy(&made.agent);
    tcn_seat_fini(&made.seat);
    return code;
}
