/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin key rotate`: new keys in the place of old ones, with nothing lost in between. An agent is
 * asked to do it by itself and is watched until it has. What publishes nothing (a watcher, an
 * auditor) cannot say it in the log: its change is printed for an administrator to enter, and the
 * file is swapped once that has happened.
 */
#include "base/clock.h"
#include "cli/await.h"
#include "cli/place.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "cli/verbs.h"
#include "client/next_keys.h"
#include "json/write.h"

#include <poll.h>
#include <string.h>

#define ANSWER_NS (10 * TCN_SECOND_NS)
#define WAIT_NS (60 * TCN_SECOND_NS)
#define LOOK_MS 200
#define HEX_BYTES(object) (2 * sizeof(object) + 1)

/* All that the verb takes. */
struct rotating {
    struct tcn_cli *cli;
    struct tcn_seat_options options;
    const char *days_option;
    const char *wait_option;
    const char *file;
    const char *principal_option;
    bool is_looking;
    bool is_swapping;
    uint32_t days;
    struct tcn_seat seat;
};

static int parse(struct rotating *rotating, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        TCN_SEAT_OFFICE_OPTION(&rotating->options),
        TCN_SEAT_BUREAU_OPTION(&rotating->options),
        TCN_SEAT_DIR_OPTION(&rotating->options),
        TCN_SEAT_CONFIG_OPTION(&rotating->options),
        {"days", 0, "N", "the old keys stay good for so long, 1 to 30; 7", NULL,
         &rotating->days_option},
        {"wait", 0, "SECONDS", "for the agent to be done; 60", NULL, &rotating->wait_option},
        {"show", 0, NULL, "only tell how it stands", &rotating->is_looking, NULL},
        {"file", 0, "KEY", "of a program that publishes nothing, instead of an agent", NULL,
         &rotating->file},
        {"principal", 0, "N", "with --file: its id in the registry", NULL,
         &rotating->principal_option},
        {"swap", 0, NULL, "with --file: the log has them, use them", &rotating->is_swapping, NULL},
    };
    const struct tcn_cli_syntax syntax = {
        "key rotate --office O | --bureau B | --file KEY [OPTIONS] | key rotate collector | "
        "key rotate organ",
        options, sizeof options / sizeof options[0]};
    int first = 0;
    int code = tcn_cli_parse(rotating->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    uint64_t days = TCN_ROTATE_DAYS_DEFAULT;
    const bool is_days = rotating->days_option == NULL ||
                         tcn_text_to_u64(tcn_slice_text(rotating->days_option), &days) == TCN_OK;
    if (first != argc || !is_days || days == 0 || days > TCN_ROTATE_DAYS_MAX) {
        return tcn_cli_usage(
            rotating->cli, "key rotate --help",
            first != argc ? "key rotate takes no words but collector and organ, before all options"
                          : "--days is a number from 1 to 30");
    }
    rotating->days = (uint32_t)days;
    return TCN_EXIT_OK;
}

/* Asks the agent; `days` 0 only asks how it stands. */
static int ask(struct rotating *rotating, uint32_t days, struct tcn_local_answer *out_answer) {
    const struct tcn_local_request request = {.op = TCN_LOCAL_ROTATE, .days = days};
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + ANSWER_NS;
    enum tcn_status status = tcn_local_ask(rotating->seat.local, &request, deadline_ns, out_answer);
    return status == TCN_OK
               ? tcn_seat_agent_answered(rotating->cli, out_answer, "change the agent's keys")
               : tcn_seat_agent_failed(rotating->cli, &rotating->seat, status);
}

static void tell(const struct rotating *rotating, const struct tcn_local_rotation *rotation) {
    static const char *const words[] = {
        [TCN_KEY_CHANGE_NONE] = "one set of keys",
        [TCN_KEY_CHANGE_UNDER_WAY] = "under way: the log does not have the new ones yet",
        [TCN_KEY_CHANGE_DONE] = "done: the new ones are used",
    };
    FILE *out = rotating->cli->out;
    char key[TCN_SHOW_TEXT_BYTES];
    char time[TCN_TIME_TEXT_BYTES];
    const uint32_t state = (uint32_t)rotation->state;
    tcn_show_text(rotation->key, key, sizeof key);
    (void)fprintf(out, "keys       %s\n",
                  state < sizeof words / sizeof words[0] ? words[state] : "not known");
    (void)fprintf(out, "signing    %s\n", key);
    if (rotation->until_ns != 0) {
        tcn_show_time(rotation->until_ns, time);
        (void)fprintf(out, "old keys   good until %s\n", time);
    }
    if (rotation->not_after_ns != 0) {
        tcn_show_time(rotation->not_after_ns, time);
        (void)fprintf(out, "ends       %s\n", time);
    }
}

/* Waits a little, or until somebody stops the program. */
static bool is_stopped(const struct rotating *rotating) {
    struct pollfd item = {.fd = rotating->cli->signals, .events = POLLIN};
    return poll(&item, 1, LOOK_MS) > 0;
}

/* Begins, and looks until the log has the new keys. The agent goes on without us. */
static int rotate(struct rotating *rotating) {
    int64_t wait_ns = 0;
    struct tcn_local_answer answer;
    int code = tcn_await_seconds(rotating->cli, "--wait", rotating->wait_option, WAIT_NS, &wait_ns);
    if (code == TCN_EXIT_OK) {
        code = ask(rotating, rotating->is_looking ? 0 : rotating->days, &answer);
    }
    const int64_t deadline_ns = tcn_clock_monotonic_ns() + wait_ns;
    while (code == TCN_EXIT_OK && !rotating->is_looking && answer.has_rotation &&
           answer.rotation.state == TCN_KEY_CHANGE_UNDER_WAY) {
        if (tcn_clock_monotonic_ns() >= deadline_ns) {
            tell(rotating, &answer.rotation);
            (void)fprintf(rotating->cli->err,
                          "tocsin: the agent goes on by itself as soon as the collector is there\n"
                          "try: tocsin key rotate --show\n");
            return TCN_EXIT_TIMEOUT;
        }
        if (is_stopped(rotating)) {
            return TCN_EXIT_INTERRUPTED;
        }
        code = ask(rotating, 0, &answer);
    }
    if (code == TCN_EXIT_OK && answer.has_rotation) {
        tell(rotating, &answer.rotation);
    }
    return code;
}

static int with_agent(struct rotating *rotating) {
    int code = tcn_seat_init(rotating->cli, &rotating->options, NULL, &rotating->seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_local(rotating->cli, &rotating->seat);
    }
    return code == TCN_EXIT_OK ? rotate(rotating) : code;
}

/* The change as a draft that an administrator enters: tocsin report --from. */
static enum tcn_status print_change(const struct rotating *rotating,
                                    const struct tcn_registry_change *change) {
    char transport[HEX_BYTES(change->transport_key)];
    char signing[HEX_BYTES(change->signing_key)];
    char proof[HEX_BYTES(change->proof)];
    tcn_hex_encode(change->transport_key.bytes, sizeof change->transport_key, transport);
    tcn_hex_encode(change->signing_key.bytes, sizeof change->signing_key, signing);
    tcn_hex_encode(change->proof.bytes, sizeof change->proof, proof);
    struct tcn_json_writer writer;
    tcn_json_writer_init(&writer);
    tcn_json_add_word(&writer, "act", "registry_changed");
    tcn_json_object_begin(&writer, "registry");
    tcn_json_add_word(&writer, "kind", tcn_change_name(change->kind));
    tcn_json_add_u64(&writer, "principal", change->principal);
    tcn_json_add_word(&writer, "transport_key", transport);
    tcn_json_add_word(&writer, "signing_key", signing);
    tcn_json_add_word(&writer, "proof", proof);
    tcn_json_add_time_exact(&writer, "until", change->until_ns);
    tcn_json_object_end(&writer);
    const enum tcn_status status = tcn_json_write_file(&writer, rotating->cli->out, false);
    tcn_json_writer_fini(&writer);
    return status;
}

static int with_file(struct rotating *rotating) {
    uint64_t principal = 0;
    struct tcn_registry_change change;
    if (rotating->is_swapping) {
        const enum tcn_status swapped = tcn_next_keys_use(rotating->file);
        return swapped == TCN_OK
                   ? TCN_EXIT_OK
                   : tcn_cli_fail(rotating->cli, swapped,
                                  swapped == TCN_ABSENT
                                      ? "start the program again, if this was said before: it is "
                                        "done then; else tocsin key rotate --file KEY, and have "
                                        "the change entered"
                                      : "the user and the machine of that program",
                                  "put the new keys in the place of %s", rotating->file);
    }
    if (rotating->principal_option == NULL ||
        tcn_text_to_u64(tcn_slice_text(rotating->principal_option), &principal) != TCN_OK ||
        principal == 0 || principal > UINT32_MAX) {
        return tcn_cli_usage(rotating->cli, "key rotate --help",
                             "--file needs --principal, its number in the registry");
    }
    int code = tcn_seat_init(rotating->cli, &rotating->options, "auditor", &rotating->seat);
    if (code == TCN_EXIT_OK) {
        code = tcn_seat_need_names(rotating->cli, &rotating->seat);
    }
    if (code != TCN_EXIT_OK) {
        return code;
    }
    const int64_t until_ns = tcn_clock_wall_ns() + (int64_t)rotating->days * TCN_DAY_NS;
    enum tcn_status status = tcn_next_keys_make(rotating->file, &rotating->seat.names.bundle.log_id,
                                                (uint32_t)principal, until_ns, &change);
    if (status == TCN_OK) {
        status = print_change(rotating, &change);
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(rotating->cli, status, NULL, "make new keys for %s", rotating->file);
}

int tcn_verb_key_rotate(struct tcn_cli *cli, int argc, char **argv) {
    struct rotating rotating = {.cli = cli};
    int code = parse(&rotating, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = rotating.file != NULL ? with_file(&rotating) : with_agent(&rotating);
    }
    tcn_seat_fini(&rotating.seat);
    return code == -1 ? TCN_EXIT_OK : code;
}
