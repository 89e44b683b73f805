/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/seat.h"

#include "base/clock.h"
#include "cli/place.h"
#include "cli/show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In which a bundle is there, or is not waited for. */
#define RENEW_NS (2 * TCN_SECOND_NS)

/* A role's file may be missing where another serves: an exercise's feed has an agent and no
 * watcher. */
static bool has_file(const char *dir, const char *role) {
    const char *place = dir != NULL ? dir : getenv("TOCSIN_DIR");
    char path[TCN_CLI_PATH_BYTES];
    return place != NULL && tcn_place_path(path, place, "etc/%s.yaml", role) == TCN_OK &&
           access(path, R_OK) == 0;
}

static int find_role(struct tcn_cli *cli, const struct tcn_seat_options *options, const char *role,
                     char *out_role, size_t size) {
    const char *organ = options->office != NULL ? options->office : options->bureau;
    if (options->office != NULL && options->bureau != NULL) {
        return tcn_cli_usage(cli, "help", "--office and --bureau exclude each other");
    }
    if (organ != NULL && !tcn_text_is_word(tcn_slice_text(organ))) {
        return tcn_cli_usage(cli, "sources", "an organ's id is a word such as petition_bureau");
    }
    if (organ == NULL && role == NULL) {
        bool has_place = options->dir != NULL || getenv("TOCSIN_DIR") != NULL;
        if (has_place) {
            return tcn_cli_usage(cli, "policy show -o table",
                                 "say who you are: --office O or --bureau B");
        }
        organ = "";
    }
    (void)snprintf(out_role, size, "%s%s", organ == NULL ? "" : "watch.",
                   organ == NULL ? role : organ);
    if (organ != NULL && !has_file(options->dir, out_role)) {
        char other[TCN_CLI_PATH_BYTES];
        (void)snprintf(other, sizeof other, "agent.%s", organ);
        if (has_file(options->dir, other)) {
            (void)snprintf(out_role, size, "%s", other);
        }
    }
    return TCN_EXIT_OK;
}

/* The bundle lies in the folder that holds the folder of the keys. Only a client knows the key that
 * it must be signed with. */
static void load_names(struct tcn_seat *seat) {
    if (!seat->config->has_client) {
        return;
    }
    const char *key_file = seat->config->client.key_file;
    const char *slash = strrchr(key_file, '/');
    char *dir = seat->dir;
    int size = slash == NULL
                   ? snprintf(dir, sizeof seat->dir, "..")
                   : snprintf(dir, sizeof seat->dir, "%.*s/..", (int)(slash - key_file), key_file);
    seat->has_names =
        size > 0 && size < (int)sizeof seat->dir &&
        tcn_names_load(dir, &seat->config->client.collector_signing_key, &seat->names) == TCN_OK;
}

int tcn_seat_init(struct tcn_cli *cli, const struct tcn_seat_options *options, const char *role,
                  struct tcn_seat *out_seat) {
    struct tcn_seat seat = {0};
    char found[TCN_CLI_PATH_BYTES] = "";
    bool is_named = options->dir != NULL || options->office != NULL || options->bureau != NULL;
    const char *file =
        options->config != NULL || is_named ? options->config : getenv("TOCSIN_CONFIG");
    int code = file != NULL ? TCN_EXIT_OK : find_role(cli, options, role, found, sizeof found);
    if (code == TCN_EXIT_OK) {
        code = tcn_place_config(cli, file, options->dir, found, &seat.config);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const struct tcn_config *config = seat.config;
    if (!config->has_client && !config->has_agent) {
        tcn_config_destroy(&seat.config);
        (void)fprintf(cli->err, "tocsin: cannot use the configuration: because it has neither a "
                                "section client nor a section agent\n");
        return TCN_EXIT_CONFIG;
    }
    seat.organ = config->has_client ? config->client.organ : config->agent.organ;
    seat.agent_endpoint = config->has_client && config->client.agent_endpoint != NULL
                              ? config->client.agent_endpoint
                          : config->has_agent ? config->agent.local_endpoint
                                              : NULL;
    load_names(&seat);
    *out_seat = seat;
    return TCN_EXIT_OK;
}

bool tcn_seat_is_behind(const struct tcn_seat *seat) {
    return seat->has_names && seat->session != NULL &&
           tcn_session_bundle_version(seat->session) > seat->names.bundle.version;
}

void tcn_seat_renew(struct tcn_seat *seat, struct tcn_session *line) {
    if (tcn_seat_is_behind(seat)) {
        enum tcn_status ignored =
            tcn_names_renew(line, seat->dir, tcn_clock_monotonic_ns() + RENEW_NS, &seat->names);
        (void)ignored; /* the words of before are true of what was before */
    }
}

void tcn_seat_fini(struct tcn_seat *seat) {
    tcn_seat_renew(seat, seat->session);
    tcn_session_close(&seat->session);
    tcn_local_close(&seat->local);
    tcn_key_set_fini(&seat->keys);
    tcn_names_fini(&seat->names);
    tcn_config_destroy(&seat->config);
}

int tcn_seat_extra_session(struct tcn_cli *cli, const struct tcn_seat *seat,
                           struct tcn_session **out_session) {
    const struct tcn_config_client *client = &seat->config->client;
    const struct tcn_session_options options = {
        .broker_endpoint = client->broker_endpoint,
        .broker_key = client->broker_transport_key,
        .collector_key = client->collector_signing_key,
        .told = seat->has_names ? &seat->names.bundle.brokers : NULL,
        .known_dir = seat->has_names ? seat->dir : NULL,
        .keys = &seat->keys,
        .stop_descriptor = cli->signals,
    };
    enum tcn_status status = tcn_session_open(&options, out_session);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(cli, status, "tocsin config check FILE", "connect to %s",
                                           client->broker_endpoint);
}

int tcn_seat_fail(struct tcn_cli *cli, enum tcn_status status, const char *hint, const char *what) {
    if (status == TCN_BAD_SIGNATURE) {
        (void)fprintf(cli->err,
                      "tocsin: cannot %s: because the broker sent something that the collector did "
                      "not sign (code %d); nothing of it is shown or kept\n"
                      "try: telephone for what is urgent, then docs/how-to/forged-answers.md\n",
                      what, (int)status);
        return TCN_EXIT_REFUSED;
    }
    if (status == TCN_FOREIGN_LOG) {
        (void)fprintf(cli->err,
                      "tocsin: cannot %s: because the collector behind the broker has another log "
                      "now, or an older generation of it\n"
                      "try: ask the operator which collector is to answer\n",
                      what);
        return TCN_EXIT_REFUSED;
    }
    if (status == TCN_SEQUENCE) {
        (void)fprintf(cli->err,
                      "tocsin: cannot %s: because messages of the collector were lost on the way\n"
                      "try: the same again; if it stays, docs/how-to/forged-answers.md\n",
                      what);
        return TCN_EXIT_FAILURE;
    }
    return tcn_cli_fail(cli, status, hint, "%s", what);
}

int tcn_seat_session(struct tcn_cli *cli, struct tcn_seat *seat) {
    if (!seat->config->has_client) {
        (void)fprintf(cli->err,
                      "tocsin: cannot connect: because the configuration of %s has no section "
                      "client\n",
                      seat->organ);
        return TCN_EXIT_CONFIG;
    }
    const char *key_file = seat->config->client.key_file;
    enum tcn_status status = tcn_key_file_read(key_file, &seat->keys);
    if (status != TCN_OK) {
        int code = tcn_cli_fail(cli, status, NULL, "read the keys in %s", key_file);
        return status == TCN_ABSENT ? TCN_EXIT_CONFIG : code;
    }
    return tcn_seat_extra_session(cli, seat, &seat->session);
}

int tcn_seat_local(struct tcn_cli *cli, struct tcn_seat *seat) {
    if (seat->agent_endpoint == NULL) {
        (void)fprintf(cli->err,
                      "tocsin: cannot hand anything in as %s: because no agent is configured for "
                      "it\ntry: --office O or --bureau B\n",
                      seat->organ);
        return TCN_EXIT_CONFIG;
    }
    enum tcn_status status = tcn_local_open(seat->agent_endpoint, cli->signals, &seat->local);
    return status == TCN_OK ? TCN_EXIT_OK : tcn_seat_agent_failed(cli, seat, status);
}

int tcn_seat_need_names(struct tcn_cli *cli, const struct tcn_seat *seat) {
    if (seat->has_names) {
        return TCN_EXIT_OK;
    }
    (void)fprintf(cli->err, "tocsin: cannot tell the district's organs: because no bundle.bin of "
                            "this collector lies beside the folder of the keys\n"
                            "try: put the bundle.bin of the founding there\n");
    return TCN_EXIT_CONFIG;
}

int tcn_seat_organ(struct tcn_cli *cli, const struct tcn_seat *seat, const char *word,
                   uint16_t *out_number) {
    int code = tcn_seat_need_names(cli, seat);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&seat->names.policy, tcn_slice_text(word));
    if (organ == NULL) {
        return tcn_cli_usage(cli, "policy show -o json", "no organ of this district is called so");
    }
    *out_number = organ->number;
    return TCN_EXIT_OK;
}

const struct tcn_policy *tcn_seat_policy(const struct tcn_seat *seat) {
    return seat->has_names ? &seat->names.policy : NULL;
}

void tcn_seat_tell_level(struct tcn_cli *cli, enum tcn_status level) {
    if (level == TCN_HALTED) {
        (void)fprintf(cli->err, "tocsin: the collector's state stands still: what came after that "
                                "is lacking here\ntry: tocsin log stats --running\n");
    } else if (level == TCN_TIMEOUT) {
        (void)fprintf(cli->err, "tocsin: the collector's state lags behind its log: the newest may "
                                "be lacking here\n");
    }
}

int tcn_seat_agent_failed(struct tcn_cli *cli, const struct tcn_seat *seat,
                          enum tcn_status status) {
    bool is_away = status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT;
    return tcn_cli_fail(cli, status,
                        is_away ? "see that tocsin-agent runs for this organ (`tocsin up` names "
                                  "those it starts: --bureaus)"
                                : NULL,
                        "reach the agent of %s at %s", seat->organ, seat->agent_endpoint);
}

int tcn_seat_agent_answered(struct tcn_cli *cli, const struct tcn_local_answer *answer,
                            const char *what) {
    if (answer->code == TCN_OK) {
        return TCN_EXIT_OK;
    }
    enum tcn_status status =
        tcn_status_is_known(answer->code) ? (enum tcn_status)answer->code : TCN_MALFORMED;
    char field[TCN_SHOW_WORD_BYTES];
    char sentence[TCN_SHOW_TEXT_BYTES];
    tcn_show_text(answer->field, field, sizeof field);
    tcn_show_text(answer->sentence, sentence, sizeof sentence);
    (void)fprintf(cli->err, "tocsin: cannot %s: because %s%s%s\n", what, field,
                  field[0] == '\0' ? "" : ": ",
                  sentence[0] == '\0' ? tcn_status_sentence(status) : sentence);
    return tcn_cli_exit_code(status);
}
