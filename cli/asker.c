/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/asker.h"

#include "base/clock.h"

#include <inttypes.h>
#include <string.h>

#define ASK_NS (10 * TCN_SECOND_NS)

static int open_folder(struct tcn_asker *asker, const struct tcn_asker_options *options) {
    int code =
        tcn_folder_open(asker->cli, options->seat.dir, TCN_FOLDER_READ_STATE, &asker->folder);
    asker->registry = code == TCN_EXIT_OK ? tcn_rights_registry(&asker->folder.rights) : NULL;
    asker->policy = code == TCN_EXIT_OK ? tcn_rights_policy(&asker->folder.rights)
                                        : &asker->folder.charter.policy;
    return code;
}

static int open_seat(struct tcn_asker *asker, const struct tcn_asker_options *options) {
    int code = tcn_seat_init(asker->cli, &options->seat,
                             options->role != NULL ? options->role : "auditor", &asker->seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_session(asker->cli, &asker->seat);
    }
    asker->policy = tcn_seat_policy(&asker->seat);
    if (code == TCN_EXIT_OK && asker->seat.has_names &&
        tcn_setup_load(asker->seat.dir, &asker->setup) == TCN_OK) {
        asker->registry = &asker->setup.registry;
    }
    return code;
}

int tcn_asker_init(struct tcn_cli *cli, const struct tcn_asker_options *options,
                   struct tcn_asker *out_asker) {
    memset(out_asker, 0, sizeof *out_asker);
    out_asker->cli = cli;
    out_asker->is_stopped = options->is_stopped;
    enum tcn_status status = tcn_arena_init(&out_asker->arena, TCN_QUERY_ARENA_BYTES);
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "begin");
    }
    return options->is_stopped ? open_folder(out_asker, options) : open_seat(out_asker, options);
}

void tcn_asker_fini(struct tcn_asker *asker) {
    tcn_folder_close(&asker->folder);
    tcn_seat_fini(&asker->seat);
    tcn_setup_fini(&asker->setup);
    tcn_arena_fini(&asker->arena);
}

static enum tcn_status ask_folder(struct tcn_asker *asker, const struct tcn_query *query,
                                  struct tcn_answer *out_answer) {
    const struct tcn_query_view view = tcn_folder_view(&asker->folder);
    struct tcn_answer answer;
    tcn_arena_reset(&asker->arena);
    enum tcn_status status = tcn_query_run(&view, query, &asker->arena, &answer);
    if (status == TCN_OK && answer.code != TCN_OK) {
        status = (enum tcn_status)answer.code;
    }
    if (status == TCN_OK) {
        answer.standstill =
            tcn_query_deaths(asker->folder.state_dir, asker->cli->version, answer.position);
        *out_answer = answer;
    }
    return status;
}

static enum tcn_status ask_session(struct tcn_asker *asker, const struct tcn_query *query,
                                   struct tcn_answer *out_answer) {
    struct tcn_session *session = asker->seat.session;
    struct tcn_query asked = *query;
    asked.at_least_position = query->page == 0 ? TCN_QUERY_LATEST : 0;
    enum tcn_status status =
        tcn_ask(session, &asked, tcn_clock_monotonic_ns() + ASK_NS, out_answer);
    if (!tcn_ask_may_be_older(status) || query->page != 0) {
        return status;
    }
    asked.at_least_position = 0;
    status = tcn_ask(session, &asked, tcn_clock_monotonic_ns() + ASK_NS, out_answer);
    if (status == TCN_OK && out_answer->standstill.code == 0) {
        (void)fprintf(asker->cli->err, "tocsin: the collector's state lags behind its log; what "
                                       "follows may be old\n");
    } else if (status == TCN_OK) {
        (void)fprintf(asker->cli->err,
                      "tocsin: the collector's state stands still at position %" PRIu64
                      ": because %s; what follows is as it was then\ntry: tocsin log stats "
                      "--running\n",
                      out_answer->standstill.position,
                      tcn_status_sentence((enum tcn_status)out_answer->standstill.code));
    }
    return status;
}

int tcn_asker_ask(struct tcn_asker *asker, const struct tcn_query *query,
                  struct tcn_answer *out_answer) {
    enum tcn_status status = asker->is_stopped ? ask_folder(asker, query, out_answer)
                                               : ask_session(asker, query, out_answer);
    if (status == TCN_OK) {
        return TCN_EXIT_OK;
    }
    bool is_away = status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT;
    const char *hint = status == TCN_ABSENT            ? "tocsin matter ls"
                       : status == TCN_UNTRUSTED       ? TCN_CLI_UNTRUSTED_HINT
                       : !is_away || asker->is_stopped ? NULL
                                                       : "tocsin up, or --stopped with --dir D";
    return asker->is_stopped ? tcn_cli_fail(asker->cli, status, hint, "answer the question")
                             : tcn_seat_fail(asker->cli, status, hint, "answer the question");
}

void tcn_asker_source(const struct tcn_asker *asker, uint32_t source, char *out_text, size_t size) {
    const struct tcn_principal *principal =
        asker->registry == NULL ? NULL : tcn_registry_find_source(asker->registry, source);
    if (source == 0) {
        (void)snprintf(out_text, size, "collector");
    } else if (principal != NULL) {
        (void)snprintf(out_text, size, "%s", principal->name);
    } else {
        (void)snprintf(out_text, size, "%u", (unsigned)source);
    }
}
