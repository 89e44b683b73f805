/* SPDX-License-Identifier: Apache-2.0 */
/* What the doctor reads from files: configurations, keys and the founding. */
#include "base/clock.h"
#include "base/text.h"
#include "cli/doctor_judge.h"
#include "cli/place.h"
#include "cli/seat.h"
#include "cli/show.h"
#include "client/ask.h"
#include "client/known.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEND_BYTES TCN_FINDING_MEND_BYTES
#define ASK_NS (5 * TCN_SECOND_NS)

/* The faults of one file, each told. */
static void tell_faults(struct tcn_doctor *doctor, const char *path,
                        const struct tcn_policy_errors *errors) {
    char mend[MEND_BYTES];
    (void)snprintf(mend, sizeof mend, "correct it there, then: tocsin config check %s", path);
    for (uint32_t index = 0; index < errors->count; index++) {
        const struct tcn_policy_error *error = &errors->items[index];
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s:%u: %s%s%s",
                       tcn_doctor_path(doctor, path), (unsigned)error->line, error->field,
                       error->field[0] == '\0' ? "" : ": ", error->text);
    }
}

static void read_file(struct tcn_doctor *doctor, const char *path,
                      struct tcn_policy_errors *errors) {
    if (doctor->file_count == TCN_DOCTOR_FILES_MAX) {
        return;
    }
    struct tcn_doctor_file *file = &doctor->files[doctor->file_count];
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    enum tcn_status status = tcn_config_read(path, &file->config, errors);
    if (status == TCN_CONFIG) {
        tell_faults(doctor, path, errors);
        return;
    }
    if (status != TCN_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "free memory, then look again",
                       "%s was not read: %s", tcn_doctor_path(doctor, path),
                       tcn_status_sentence(status));
        return;
    }
    doctor->file_count++;
    const struct tcn_config *config = file->config;
    if (!config->has_broker && !config->has_collector && !config->has_agent &&
        !config->has_client) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "give it a section broker, collector, agent or client",
                       "%s configures no program", tcn_doctor_path(doctor, path));
    }
}

static int is_yaml(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot != NULL && strcmp(dot, ".yaml") == 0;
}

static void read_folder(struct tcn_doctor *doctor, struct tcn_policy_errors *errors) {
    char etc[TCN_CLI_PATH_BYTES];
    struct dirent **entries = NULL;
    int count = tcn_place_path(etc, doctor->dir, "etc") == TCN_OK
                    ? scandir(etc, &entries, is_yaml, alphasort)
                    : -1;
    if (count < 0) {
        char mend[MEND_BYTES];
        (void)snprintf(mend, sizeof mend,
                       "say --dir DIR, the folder that `tocsin up` printed; `tocsin up --dir %s` "
                       "founds a district there",
                       doctor->dir);
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s holds no district: its folder etc: %s",
                       doctor->dir, strerror(errno));
    }
    for (int index = 0; index < count; index++) {
        char path[TCN_CLI_PATH_BYTES];
        if (tcn_place_path(path, etc, "%s", entries[index]->d_name) == TCN_OK) {
            read_file(doctor, path, errors);
        }
        free(entries[index]);
    }
    free(entries);
    if (count == 0) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "put the configuration of this machine's programs there",
                       "etc holds no file NAME.yaml");
    }
}

void tcn_doctor_config(struct tcn_doctor *doctor) {
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    if (errors == NULL) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "free memory, then look again", "no memory");
        return;
    }
    if (doctor->config_file != NULL) {
        read_file(doctor, doctor->config_file, errors);
    } else if (doctor->dir[0] != '\0') {
        read_folder(doctor, errors);
    } else {
        tcn_doctor_say(doctor, TCN_FINDING_BAD,
                       "export TOCSIN_DIR=DIR, the folder that `tocsin up` printed, or --config "
                       "FILE",
                       "nothing says where the district is");
    }
    free(errors);
    tcn_doctor_fine(doctor, "%u configuration files, complete", (unsigned)doctor->file_count);
}

/* What a bundle lists beside the key of genesis; without one that is all. */
static void load_ring(struct tcn_doctor *doctor, const char *dir) {
    const struct tcn_genesis *genesis = &doctor->setup.genesis;
    struct tcn_names names = {0};
    if (tcn_names_load(dir, &genesis->collector_key, &names) == TCN_OK) {
        doctor->ring = names.ring;
        doctor->told = names.bundle.brokers;
    }
    tcn_names_fini(&names);
    enum tcn_status ignored = tcn_known_load(dir, &doctor->told);
    (void)ignored; /* nobody was told more */
}

/* The founding beside the configuration: DIR/genesis.bin, or what lies over the folder of keys. */
static void load_setup(struct tcn_doctor *doctor, const char *key_file) {
    char dir[TCN_CLI_PATH_BYTES];
    const char *slash = strrchr(key_file, '/');
    if (doctor->has_setup) {
        return;
    }
    int size = doctor->dir[0] != '\0'
                   ? snprintf(dir, sizeof dir, "%s", doctor->dir)
                   : snprintf(dir, sizeof dir, "%.*s..",
                              slash == NULL ? 0 : (int)(slash + 1 - key_file), key_file);
    if (size > 0 && size < (int)sizeof dir) {
        doctor->has_setup = tcn_setup_load(dir, &doctor->setup) == TCN_OK;
    }
    if (doctor->has_setup) {
        load_ring(doctor, dir);
    }
}

/* Mode and owner; false when there is no use in reading it. */
static bool look_at_key_file(struct tcn_doctor *doctor, const char *path) {
    struct stat about;
    char mend[MEND_BYTES];
    const char *shown = tcn_doctor_path(doctor, path);
    if (stat(path, &about) != 0) {
        (void)snprintf(mend, sizeof mend, "put the key file there, or correct key_file");
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s: %s", shown, strerror(errno));
        return false;
    }
    if (tcn_doctor_judge_mode(about.st_mode) != TCN_FINDING_OK) {
        (void)snprintf(mend, sizeof mend, "chmod 600 %s; if others use this machine, make new keys",
                       path);
        tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s is open to others: mode %04o", shown,
                       (unsigned)about.st_mode & 07777u);
        return false;
    }
    if (about.st_uid != geteuid()) {
        (void)snprintf(mend, sizeof mend, "run the programs and this as that user, or: chown %u %s",
                       (unsigned)geteuid(), path);
        tcn_doctor_say(doctor, TCN_FINDING_WARN, mend, "%s belongs to user %u, this is user %u",
                       shown, (unsigned)about.st_uid, (unsigned)geteuid());
        return geteuid() == 0;
    }
    return true;
}

/* A key that the founding knows otherwise. */
static void compare(struct tcn_doctor *doctor, const struct tcn_doctor_file *file, const char *what,
                    const struct tcn_public_key *given, const struct tcn_public_key *known) {
    if (memcmp(given->bytes, known->bytes, sizeof known->bytes) == 0) {
        return;
    }
    char mend[MEND_BYTES];
    char hex[2 * sizeof known->bytes + 1];
    tcn_hex_encode(known->bytes, sizeof known->bytes, hex);
    (void)snprintf(mend, sizeof mend, "in %s put %s: %s", file->path, what, hex);
    tcn_doctor_say(doctor, TCN_FINDING_BAD, mend, "%s: %s is not that of this district's founding",
                   tcn_doctor_path(doctor, file->path), what);
}

/* Where a chain to the collector's key begins: genesis' key, or one that came behind it. */
static void compare_signing(struct tcn_doctor *doctor, const struct tcn_doctor_file *file,
                            const struct tcn_public_key *given) {
    for (uint32_t i = 0; i < doctor->ring.count; i++) {
        if (memcmp(given->bytes, doctor->ring.links[i].key.bytes, sizeof given->bytes) == 0) {
            return;
        }
    }
    compare(doctor, file, "collector_signing_key", given, &doctor->setup.genesis.collector_key);
}

/* One of those that a peer would try. */
static void compare_broker(struct tcn_doctor *doctor, const struct tcn_doctor_file *file,
                           const struct tcn_public_key *given, const struct tcn_principal *broker) {
    const struct tcn_public_key *founded = &broker->transport_key;
    if (!tcn_known_is_tried(&doctor->told, founded, doctor->now_ns, given)) {
        const struct tcn_public_key newest =
            tcn_known_newest(&doctor->told, founded, doctor->now_ns);
        compare(doctor, file, "broker_transport_key", given, &newest);
    }
}

/* Nothing but the broker's own configuration tells of another one. */
static void compare_collector(struct tcn_doctor *doctor, const struct tcn_doctor_file *file,
                              const struct tcn_principal *collector) {
    const struct tcn_public_key *given = &file->config->broker.collector_transport_key;
    if (memcmp(given->bytes, collector->transport_key.bytes, sizeof given->bytes) != 0) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "if the collector's transport key was changed since the founding this is as "
                       "it should be; else put back the one of its key file",
                       "%s: collector_transport_key is not that of this district's founding",
                       tcn_doctor_path(doctor, file->path));
    }
}

/* A principal's own keys against its row. */
static void compare_own(struct tcn_doctor *doctor, const char *path, const struct tcn_key_set *keys,
                        const struct tcn_principal *principal) {
    bool is_transport = memcmp(&keys->transport.public_key, &principal->transport_key,
                               sizeof principal->transport_key) == 0;
    bool is_signing = memcmp(&keys->signing.public_key, &principal->signing_key,
                             sizeof principal->signing_key) == 0;
    if (!is_transport || !is_signing) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN,
                       "if its keys were rotated since the founding this is as it should be; else "
                       "put back the key file that was enrolled",
                       "%s does not hold the keys that %s was founded with",
                       tcn_doctor_path(doctor, path), principal->name);
    }
}

static void look_at_keys(struct tcn_doctor *doctor, const char *path, uint32_t id,
                         const char *name) {
    if (!look_at_key_file(doctor, path)) {
        return;
    }
    struct tcn_key_set keys = {0};
    enum tcn_status status = tcn_key_file_read(path, &keys);
    if (status != TCN_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_BAD, "put back the key file of this principal", "%s: %s",
                       tcn_doctor_path(doctor, path), tcn_status_sentence(status));
        return;
    }
    load_setup(doctor, path);
    const struct tcn_principal *principal = !doctor->has_setup ? NULL
                                            : id != 0
                                                ? tcn_registry_find(&doctor->setup.registry, id)
                                                : tcn_setup_find(&doctor->setup, name);
    if (principal != NULL) {
        compare_own(doctor, path, &keys, principal);
    }
    tcn_key_set_fini(&keys);
}

/* The keys of others that a file names. */
static void look_at_others(struct tcn_doctor *doctor, const struct tcn_doctor_file *file) {
    const struct tcn_config *config = file->config;
    const struct tcn_principal *broker = tcn_setup_find(&doctor->setup, "broker");
    const struct tcn_principal *collector =
        tcn_registry_find(&doctor->setup.registry, TCN_COLLECTOR_PRINCIPAL);
    if (config->has_broker && collector != NULL) {
        compare_collector(doctor, file, collector);
        compare_signing(doctor, file, &config->broker.collector_signing_key);
    }
    if (config->has_client) {
        compare_signing(doctor, file, &config->client.collector_signing_key);
    }
    if (broker != NULL && config->has_collector) {
        compare_broker(doctor, file, &config->collector.broker_transport_key, broker);
    }
    if (broker != NULL && config->has_agent) {
        compare_broker(doctor, file, &config->agent.broker_transport_key, broker);
    }
    if (broker != NULL && config->has_client) {
        compare_broker(doctor, file, &config->client.broker_transport_key, broker);
    }
}

void tcn_doctor_keys(struct tcn_doctor *doctor) {
    uint32_t count = 0;
    for (uint32_t index = 0; index < doctor->file_count; index++) {
        const struct tcn_config *config = doctor->files[index].config;
        count += (uint32_t)config->has_broker + (uint32_t)config->has_collector +
                 (uint32_t)config->has_agent + (uint32_t)config->has_client;
        if (config->has_broker) {
            look_at_keys(doctor, config->broker.key_file, 0, "broker");
        }
        if (config->has_collector) {
            look_at_keys(doctor, config->collector.key_file, TCN_COLLECTOR_PRINCIPAL, "");
        }
        if (config->has_agent) {
            look_at_keys(doctor, config->agent.key_file, config->agent.principal, "");
        }
        if (config->has_client) {
            look_at_keys(doctor, config->client.key_file, config->client.principal, "");
        }
        if (doctor->has_setup) {
            look_at_others(doctor, &doctor->files[index]);
        }
    }
    if (count == 0) {
        tcn_doctor_skip(doctor, "no configuration names a key file");
    }
    tcn_doctor_fine(doctor, "%u key files are 0600 and fit%s", (unsigned)count,
                    doctor->has_setup ? " the founding" : "; no genesis.bin here to compare with");
}

/* One row: whether its time ends. Who is revoked or has not come yet has none. */
static void judge_row(struct tcn_doctor *doctor, const struct tcn_principal *principal) {
    if (principal->status == TCN_PRINCIPAL_REVOKED || principal->status == TCN_PRINCIPAL_INVITED) {
        return;
    }
    enum tcn_finding_state state =
        tcn_doctor_judge_expiry(principal->not_before_ns, principal->not_after_ns, doctor->now_ns);
    char end[TCN_TIME_TEXT_BYTES];
    bool is_early = doctor->now_ns < principal->not_before_ns;
    tcn_show_time(is_early ? principal->not_before_ns : principal->not_after_ns, end);
    if (state != TCN_FINDING_OK) {
        tcn_doctor_say(doctor, state,
                       "ask the administrator to give it new dates (tocsin key rights NAME "
                       "--not-after T) or keys",
                       "%s %s %s", principal->name,
                       is_early                   ? "is not valid before"
                       : state == TCN_FINDING_BAD ? "is no longer valid since"
                                                  : "is valid only until",
                       end);
    }
}

/* As the registry stands: all of it, or the own row when this key sees no more. */
static void look_at_live(struct tcn_doctor *doctor) {
    struct tcn_query query = {.kind = TCN_QUERY_REGISTRY};
    enum tcn_status status = TCN_OK;
    uint32_t count = 0;
    do {
        struct tcn_answer answer;
        status = tcn_ask(doctor->session, &query, tcn_clock_monotonic_ns() + ASK_NS, &answer);
        for (uint32_t index = 0; status == TCN_OK && index < answer.principal_count; index++) {
            judge_row(doctor, &answer.principals[index]);
            count++;
        }
        query.page = status == TCN_OK && answer.next_page > query.page ? answer.next_page : 0;
    } while (query.page != 0);
    if (status != TCN_OK) {
        tcn_doctor_say(doctor, TCN_FINDING_WARN, "look again", "the registry was not told: %s",
                       tcn_status_sentence(status));
    }
    tcn_doctor_fine(doctor, "%u principals, none ends within 30 days", (unsigned)count);
}

void tcn_doctor_registry(struct tcn_doctor *doctor) {
    if (doctor->has_stats) {
        look_at_live(doctor);
        return;
    }
    if (!doctor->has_setup) {
        tcn_doctor_skip(doctor, "the collector did not answer, and no genesis.bin lies here");
        return;
    }
    const struct tcn_registry *registry = &doctor->setup.registry;
    for (uint32_t index = 0; index < registry->principal_count; index++) {
        judge_row(doctor, &registry->principals[index]);
    }
    tcn_doctor_fine(doctor, "%u principals at the founding, none ends within 30 days",
                    (unsigned)registry->principal_count);
}
