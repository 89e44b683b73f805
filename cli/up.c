/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tocsin up`: a whole district on this machine. Founds it in a folder the first time, then runs
 * broker, collector and agents as children of this terminal until Ctrl-C.
 */
#include "base/clock.h"
#include "base/text.h"
#include "cli/children.h"
#include "cli/layout.h"
#include "cli/place.h"
#include "cli/verbs.h"
#include "client/ask.h"
#include "policy/read.h"
#include "query/reachable.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define OFFICES_DEFAULT 3
#define OFFICES_MAX TCN_ORGANS_MAX
/* On a slow disk with other work a dozen programs take their time; Ctrl-C ends the wait. */
#define READY_NS (60 * TCN_SECOND_NS)
#define DRAIN_NS (5 * TCN_SECOND_NS)

static const char usage[] = "up [--dir D] [--policy P] [--offices N] [--clock wall|feed] "
                            "[--bureaus A,B] [--found-only] [--quiet]";

/* Bureaus whose agents run unless --bureaus says otherwise: enough for a first session. */
static const char bureaus_default[] =
    "district_desk,petition_bureau,energy_bureau,hr_bureau,water_bureau,land_bureau,civil_affairs";

struct up {
    struct tcn_cli *cli;
    const char *dir_option;
    const char *policy_option;
    const char *offices_option;
    const char *clock_option;
    const char *bureaus_option;
    bool is_found_only;
    bool is_quiet;
    bool is_new; /* founded by this run */
    uint32_t office_count;
    char dir[TCN_CLI_PATH_BYTES]; /* absolute */
    int lock;                     /* -1 when there is none */
    struct tcn_policy_source *policy;
    struct tcn_setup setup;
    struct tcn_children children;
};

static int read_options(struct up *up, int argc, char **argv) {
    const struct tcn_cli_option options[] = {
        {"dir", 'd', "D", "folder of the district; made when it is new", NULL, &up->dir_option},
        {"policy", 0, "P", "folder of policy files for a new district", NULL, &up->policy_option},
        {"offices", 'n', "N", "township offices of a new district: the first N of the policy; 3",
         NULL, &up->offices_option},
        {"clock", 0, "wall|feed", "feed: an exercise that a feed's times drive", NULL,
         &up->clock_option},
        {"bureaus", 0, "A,B", "bureaus whose agents run here", NULL, &up->bureaus_option},
        {"found-only", 0, NULL, "make keys and configuration, start nothing", &up->is_found_only,
         NULL},
        {"quiet", 'q', NULL, "print the folder only", &up->is_quiet, NULL},
    };
    int first = 0;
    const struct tcn_cli_syntax syntax = {usage, options, sizeof options / sizeof options[0]};
    int code = tcn_cli_parse(up->cli, &syntax, argc, argv, &first);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (first < argc) {
        return tcn_cli_usage(up->cli, usage, "up takes no argument %s", argv[first]);
    }
    uint64_t offices = OFFICES_DEFAULT;
    if (up->offices_option != NULL &&
        (tcn_text_to_u64(tcn_slice_text(up->offices_option), &offices) != TCN_OK || offices < 1 ||
         offices > OFFICES_MAX)) {
        return tcn_cli_usage(up->cli, usage, "--offices takes a number from 1 to %d", OFFICES_MAX);
    }
    up->office_count = (uint32_t)offices;
    if (up->clock_option != NULL && strcmp(up->clock_option, "wall") != 0 &&
        strcmp(up->clock_option, "feed") != 0) {
        return tcn_cli_usage(up->cli, usage, "--clock takes wall or feed");
    }
    return TCN_EXIT_OK;
}

/* Makes the folder and everything that lies in it, and says what stands against it. */
static int make_folders(struct up *up) {
    char given[TCN_CLI_PATH_BYTES];
    int size = snprintf(given, sizeof given, "%s",
                        up->dir_option != NULL ? up->dir_option : P_tmpdir "/tocsin.XXXXXX");
    if (size >= (int)sizeof given) {
        return tcn_cli_fail(up->cli, TCN_TOOBIG, "a shorter path", "use the folder of --dir");
    }
    bool is_made = up->dir_option != NULL || mkdtemp(given) != NULL;
    is_made = is_made && tcn_place_make(given) == TCN_OK;
    char *absolute = is_made ? realpath(given, NULL) : NULL;
    is_made =
        absolute != NULL && snprintf(up->dir, sizeof up->dir, "%s", absolute) < (int)sizeof up->dir;
    free(absolute);
    static const char *const folders[] = {"etc", "run", "logs", "agents", "collector"};
    for (size_t index = 0; is_made && index < sizeof folders / sizeof folders[0]; index++) {
        char path[TCN_CLI_PATH_BYTES];
        is_made = tcn_place_path(path, up->dir, "%s", folders[index]) == TCN_OK &&
                  tcn_place_make(path) == TCN_OK;
    }
    if (!is_made) {
        (void)fprintf(up->cli->err,
                      "tocsin: cannot make the folder %s: because %s\ntry: --dir D, a folder that "
                      "may be written to\n",
                      given, strerror(errno));
        return TCN_EXIT_FAILURE;
    }
    return TCN_EXIT_OK;
}

/* One `up` a folder: a second one would give the first one's programs other addresses, and start
 * all of them again for nothing. The lock ends with this process, however that ends. */
static int lock_folder(struct up *up) {
    char path[TCN_CLI_PATH_BYTES];
    if (tcn_place_path(path, up->dir, "run/up.lock") != TCN_OK) {
        return tcn_cli_fail(up->cli, TCN_TOOBIG, "a shorter path", "use the folder of --dir");
    }
    up->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (up->lock >= 0 && flock(up->lock, LOCK_EX | LOCK_NB) == 0) {
        return TCN_EXIT_OK;
    }
    bool is_up = up->lock >= 0 && errno == EWOULDBLOCK;
    (void)fprintf(up->cli->err, "tocsin: cannot bring up the district in %s: because %s\n", up->dir,
                  is_up ? "it is up already" : strerror(errno));
    (void)fprintf(up->cli->err,
                  is_up ? "try: export TOCSIN_DIR=%s and use it, or another --dir\n"
                        : "try: see who may write to %s/run\n",
                  up->dir);
    return TCN_EXIT_FAILURE;
}

/* A policy founds a district and is then part of its log, so a folder of files that somebody has
 * broken since neither replaces it nor keeps the district down. */
static bool is_founded(const struct up *up) {
    char path[TCN_CLI_PATH_BYTES];
    return up->dir_option != NULL &&
           tcn_place_path(path, up->dir_option, "genesis.bin") == TCN_OK && access(path, F_OK) == 0;
}

static uint32_t offices_of(const struct tcn_policy *policy) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < policy->organ_count; i++) {
        count += policy->organs[i].kind == TCN_ORGAN_OFFICE;
    }
    return count;
}

static int read_policy(struct up *up) {
    if (is_founded(up)) {
        if (up->policy_option != NULL) {
            (void)fprintf(up->cli->err,
                          "tocsin: the district in %s has a policy; that of --policy is not read\n",
                          up->dir_option);
        }
        return TCN_EXIT_OK;
    }
    char path[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_policy(up->cli, up->policy_option, path);
    if (status != TCN_OK) {
        return tcn_cli_fail(up->cli, status, "--policy P", "find a policy");
    }
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    if (errors == NULL) {
        return tcn_cli_fail(up->cli, TCN_NOMEM, NULL, "read the policy %s", path);
    }
    status = tcn_policy_read(path, &up->policy, errors);
    if (status == TCN_OK) {
        status = tcn_query_check_reach(&up->policy, errors);
    }
    if (status != TCN_OK) {
        tcn_cli_faults(up->cli, errors);
    }
    free(errors);
    const uint32_t offices = status == TCN_OK ? offices_of(tcn_policy_tables(up->policy)) : 0;
    if (status == TCN_OK && up->offices_option != NULL && up->office_count > offices) {
        return tcn_cli_usage(up->cli, usage, "--offices: the policy %s has %" PRIu32, path,
                             offices);
    }
    char hint[TCN_CLI_PATH_BYTES + 32];
    (void)snprintf(hint, sizeof hint, "tocsin policy check %s", path);
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(up->cli, status, hint, "use the policy %s", path);
}

/* Without a policy there is nothing to found with: the district is there already. */
static enum tcn_status make_setup(struct up *up) {
    if (up->policy == NULL) {
        return TCN_EXISTS;
    }
    const struct tcn_setup_options options = {
        .dir = up->dir,
        .policy = tcn_policy_tables(up->policy),
        .office_count = up->office_count,
        .is_feed = up->clock_option != NULL && strcmp(up->clock_option, "feed") == 0,
        .now_ns = tcn_clock_wall_ns(),
    };
    return tcn_setup_make(&options);
}

static int found(struct up *up) {
    enum tcn_status status = make_setup(up);
    up->is_new = status == TCN_OK;
    if (status == TCN_EXISTS) {
        status = TCN_OK;
    }
    if (status == TCN_OK) {
        status = tcn_setup_load(up->dir, &up->setup);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(up->cli, status, NULL, "found a district in %s", up->dir);
    }
    struct tcn_layout layout = {.dir = up->dir, .setup = &up->setup};
    status = tcn_layout_ports(&layout);
    if (status == TCN_OK) {
        status = tcn_layout_write(&layout);
    }
    return status == TCN_OK
               ? TCN_EXIT_OK
               : tcn_cli_fail(up->cli, status, NULL, "write the configuration in %s", up->dir);
}

/* Everybody that --bureaus names has to be in the registry: a name that was mistyped would only
 * show as a bureau that nobody answers for. */
static int check_bureaus(const struct up *up) {
    bool is_feed = up->setup.genesis.mode == TCN_MODE_EXERCISE; /* one agent speaks for all */
    const char *next = is_feed ? NULL : up->bureaus_option;
    while (next != NULL && *next != '\0') {
        char name[TCN_WORD_BYTES_MAX + 1];
        size_t size = strcspn(next, ",");
        (void)snprintf(name, sizeof name, "%.*s", size > TCN_WORD_BYTES_MAX ? 0 : (int)size, next);
        const struct tcn_principal *found = tcn_setup_find(&up->setup, name);
        if (found == NULL || found->role != TCN_ROLE_BUREAU) {
            return tcn_cli_usage(up->cli, "policy show",
                                 "--bureaus: this district has no bureau %s", name);
        }
        next += size + (next[size] == ',' ? 1 : 0);
    }
    return TCN_EXIT_OK;
}

/* True when the comma-separated list names the word. */
static bool list_has(const char *list, const char *word) {
    size_t size = strlen(word);
    for (const char *next = list; next != NULL; next = strchr(next, ',')) {
        next += *next == ',' ? 1 : 0;
        if (strncmp(next, word, size) == 0 && (next[size] == ',' || next[size] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool has_agent_here(const struct up *up, const struct tcn_principal *principal) {
    const char *bureaus = up->bureaus_option != NULL ? up->bureaus_option : bureaus_default;
    if (principal->role == TCN_ROLE_ADMIN) {
        return strcmp(principal->name, TCN_SETUP_ADMIN) == 0; /* the spare's key is in a safe */
    }
    return principal->role == TCN_ROLE_OFFICE || principal->role == TCN_ROLE_FEED ||
           (principal->role == TCN_ROLE_BUREAU && list_has(bureaus, principal->name));
}

static enum tcn_status add_children(struct up *up) {
    enum tcn_status status =
        tcn_children_add(&up->children, "broker", "tocsin-broker", up->dir, "broker");
    if (status == TCN_OK) {
        status =
            tcn_children_add(&up->children, "collector", "tocsin-collector", up->dir, "collector");
    }
    const struct tcn_registry *registry = &up->setup.registry;
    for (uint32_t index = 0; status == TCN_OK && index < registry->principal_count; index++) {
        const struct tcn_principal *principal = &registry->principals[index];
        if (!has_agent_here(up, principal)) {
            continue;
        }
        char name[TCN_WORD_BYTES_MAX + 8];
        (void)snprintf(name, sizeof name, "agent.%s", principal->name);
        status = tcn_children_add(&up->children, name, "tocsin-agent", up->dir, name);
    }
    return status;
}

static int start(struct up *up) {
    enum tcn_status status = add_children(up);
    for (uint32_t index = 0; status == TCN_OK && index < up->children.count; index++) {
        struct tcn_child *child = &up->children.list[index];
        status = tcn_child_start(child, tcn_clock_monotonic_ns());
        if (status != TCN_OK) {
            return tcn_cli_fail(up->cli, status, NULL, "start %s", child->program);
        }
    }
    return status == TCN_OK ? TCN_EXIT_OK
                            : tcn_cli_fail(up->cli, status, NULL, "lay out the programs");
}

/* Everything answers when the collector answers the auditor through the broker. */
static int await_ready(struct up *up) {
    struct tcn_config *config = NULL;
    int code = tcn_place_config(up->cli, NULL, up->dir, "auditor", &config);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    struct tcn_key_set keys = {0};
    struct tcn_session *session = NULL;
    enum tcn_status status = tcn_key_file_read(config->client.key_file, &keys);
    if (status == TCN_OK) {
        const struct tcn_session_options options = {
            .broker_endpoint = config->client.broker_endpoint,
            .broker_key = config->client.broker_transport_key,
            .collector_key = config->client.collector_signing_key,
            .known_dir = up->dir,
            .keys = &keys,
            .stop_descriptor = up->cli->signals,
        };
        status = tcn_session_open(&options, &session);
    }
    const struct tcn_query query = {.kind = TCN_QUERY_STATS};
    int64_t deadline_ns = tcn_clock_monotonic_ns() + READY_NS;
    while (status == TCN_OK) {
        struct tcn_answer answer;
        int64_t wait_ns = 0;
        status = tcn_ask(session, &query, tcn_clock_monotonic_ns() + TCN_SECOND_NS, &answer);
        if (status == TCN_OK) {
            break;
        }
        bool is_over = tcn_clock_monotonic_ns() > deadline_ns || status == TCN_CANCELED;
        if (!is_over && tcn_children_tend(&up->children, up->cli->err, tcn_clock_monotonic_ns(),
                                          &wait_ns) == TCN_OK) {
            status = TCN_OK;
        }
    }
    tcn_session_close(&session);
    tcn_key_set_fini(&keys);
    tcn_config_destroy(&config);
    return status == TCN_OK || status == TCN_CANCELED
               ? TCN_EXIT_OK
               : tcn_cli_fail(up->cli, status, "read the files in its folder logs/",
                              "bring up the district in %s", up->dir);
}

/* What belongs elsewhere, said while somebody still knows that it was made here. */
static void tell_safes(const struct up *up) {
    if (up->is_new && tcn_setup_find(&up->setup, TCN_SETUP_ADMIN_SPARE) != NULL) {
        (void)fprintf(up->cli->out,
                      "Two key files of it belong in two safes, off this machine, as soon as it is "
                      "in earnest:\n"
                      "  keys/root.key           founded it\n"
                      "  keys/%s.key    administers it when keys/%s.key is lost\n\n",
                      TCN_SETUP_ADMIN_SPARE, TCN_SETUP_ADMIN);
    }
}

static void tell_founded(const struct up *up) {
    FILE *out = up->cli->out;
    if (up->is_quiet) {
        (void)fprintf(out, "%s\n", up->dir);
        return;
    }
    (void)fprintf(out, "The district %s in %s; nothing was started.\n\n",
                  up->is_new ? "is founded" : "was founded before", up->dir);
    tell_safes(up);
    (void)fprintf(
        out,
        "Run all of it on this machine: tocsin up --dir %s\n"
        "On several, each with its files: tocsin-broker, tocsin-collector and tocsin-agent "
        "--config %s/etc/NAME.yaml\n",
        up->dir, up->dir);
}

static void tell(const struct up *up) {
    FILE *out = up->cli->out;
    if (up->is_quiet) {
        (void)fprintf(out, "%s\n", up->dir);
        (void)fflush(out);
        return;
    }
    const char *office = "feed";
    for (uint32_t index = 0; index < up->setup.registry.principal_count; index++) {
        if (up->setup.registry.principals[index].role == TCN_ROLE_OFFICE) {
            office = up->setup.registry.principals[index].name;
            break;
        }
    }
    (void)fprintf(out, "The district is %s in %s\n", up->is_new ? "founded" : "up again", up->dir);
    (void)fprintf(out, "%u programs are running; Ctrl-C ends them.\n\n",
                  (unsigned)up->children.count);
    tell_safes(up);
    if (up->setup.genesis.mode == TCN_MODE_EXERCISE) {
        (void)fprintf(out,
                      "An exercise: one feed speaks for all. In another terminal:\n"
                      "  export TOCSIN_DIR=%s\n"
                      "  tocsin report --office feed --from FEED.jsonl --wait\n"
                      "  tocsin replay\n",
                      up->dir);
    } else {
        (void)fprintf(out,
                      "In another terminal:\n"
                      "  export TOCSIN_DIR=%s\n"
                      "  tocsin watch --bureau petition_bureau\n"
                      "and in a third:\n"
                      "  export TOCSIN_DIR=%s\n"
                      "  tocsin report --office %s --domain petition --concerns nobody "
                      "--text 'The bridge is closed.'\n"
                      "  tocsin matter ls\n",
                      up->dir, up->dir, office);
    }
    (void)fflush(out);
}

/* Until a signal comes: nobody is given up any more. */
static int tend(struct up *up) {
    for (;;) {
        int64_t wait_ns = 0;
        enum tcn_status status =
            tcn_children_tend(&up->children, up->cli->err, tcn_clock_monotonic_ns(), &wait_ns);
        if (status != TCN_OK) {
            return TCN_EXIT_FAILURE;
        }
        struct pollfd item = {.fd = up->cli->signals, .events = POLLIN};
        int ready = poll(&item, 1, (int)(wait_ns / TCN_MS_NS));
        if (ready > 0) {
            return TCN_EXIT_OK;
        }
        if (ready < 0 && errno != EINTR) {
            return TCN_EXIT_FAILURE;
        }
    }
}

/* Agents first, while somebody still acknowledges; then the collector, then the broker. */
static void end(struct up *up) {
    int64_t deadline_ns = tcn_clock_monotonic_ns() + DRAIN_NS;
    bool is_clean = tcn_children_end(&up->children, "agent.", deadline_ns);
    is_clean = tcn_children_end(&up->children, "collector", deadline_ns + DRAIN_NS) && is_clean;
    is_clean = tcn_children_end(&up->children, "", deadline_ns + DRAIN_NS) && is_clean;
    if (!is_clean) {
        (void)fprintf(up->cli->err, "tocsin: a program did not end in time and was killed; nothing "
                                    "that was acknowledged is lost\n");
    }
    if (!up->is_quiet) {
        (void)fprintf(up->cli->out,
                      "\nEnded. Everything is kept in %s\nStart it again: tocsin up "
                      "--dir %s\n",
                      up->dir, up->dir);
    }
}

static int run(struct up *up) {
    int code = check_bureaus(up);
    if (code != TCN_EXIT_OK) {
        return code;
    }
    if (up->is_found_only) {
        tell_founded(up);
        return TCN_EXIT_OK;
    }
    code = start(up);
    if (code == TCN_EXIT_OK) {
        code = await_ready(up);
    }
    if (code == TCN_EXIT_OK) {
        up->children.is_up = true;
        tell(up);
        code = tend(up);
    }
    end(up);
    return code;
}

int tcn_verb_up(struct tcn_cli *cli, int argc, char **argv) {
    struct up *up = calloc(1, sizeof *up);
    if (up == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "start");
    }
    up->cli = cli;
    up->lock = -1;
    int code = read_options(up, argc, argv);
    if (code == TCN_EXIT_OK) {
        code = read_policy(up); /* before anything is made */
    }
    if (code == TCN_EXIT_OK) {
        code = make_folders(up);
    }
    if (code == TCN_EXIT_OK) {
        code = lock_folder(up);
    }
    if (code == TCN_EXIT_OK) {
        code = found(up);
    }
    if (code == TCN_EXIT_OK) {
        code = run(up);
    }
    if (up->lock >= 0) {
        (void)close(up->lock);
    }
    tcn_setup_fini(&up->setup);
    tcn_policy_destroy(&up->policy);
    free(up);
    return code == -1 ? TCN_EXIT_OK : code;
}
