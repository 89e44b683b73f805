/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/config.h"

#include "policy/config_raw.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEX_BYTES (2 * sizeof(struct tcn_public_key) + 1)
#define NUMBER_BYTES 16
#define SLOTS_MAX 24

/** Texts made for the raw structs, which only point. */
struct texts {
    char slots[SLOTS_MAX][HEX_BYTES];
    size_t count;
};

/** Everything that is written, as libcyaml wants it. */
struct document {
    struct tcn_raw_config raw;
    struct tcn_raw_broker broker;
    struct tcn_raw_collector collector;
    struct tcn_raw_agent agent;
    struct tcn_raw_client client;
    struct texts texts;
};

static const char head[] =
    "# Configuration of the programs of Tocsin. Keys in it are public keys.\n";

/** libcyaml's structs hold texts that could be changed; saving changes none. */
static char *borrow(const char *text) {
    union {
        const char *lent;
        char *raw;
    } pointer = {.lent = text};
    return pointer.raw;
}

/** A free slot for a made text. */
static char *next_slot(struct texts *texts) {
    TCN_CHECK(texts->count < SLOTS_MAX);
    char *slot = texts->slots[texts->count];
    texts->count++;
    return slot;
}

static char *write_key(struct texts *texts, const struct tcn_public_key *key) {
    char *slot = next_slot(texts);
    tcn_hex_encode(key->bytes, sizeof(key->bytes), slot);
    return slot;
}

/** A number; left out when 0, which stands for the default. */
static char *write_number(struct texts *texts, uint32_t number) {
    if (number == 0) {
        return NULL;
    }
    char *slot = next_slot(texts);
    (void)snprintf(slot, NUMBER_BYTES, "%" PRIu32, number);
    return slot;
}

/** A number of which 0 is a value too. */
static char *write_count(struct texts *texts, uint32_t number) {
    return number == 0 ? borrow("0") : write_number(texts, number);
}

static char *write_flag(bool flag) {
    return borrow(flag ? "true" : "false");
}

static void write_broker(struct document *document, const struct tcn_config_broker *broker) {
    document->broker = (struct tcn_raw_broker){
        .front = borrow(broker->front),
        .back = borrow(broker->back),
        .door = borrow(broker->door),
        .key_file = borrow(broker->key_file),
        .collector_transport_key = write_key(&document->texts, &broker->collector_transport_key),
        .collector_transport_key_next =
            broker->has_next_collector_key
                ? write_key(&document->texts, &broker->collector_transport_key_next)
                : NULL,
        .collector_signing_key = write_key(&document->texts, &broker->collector_signing_key),
        .rss_max_mb = write_number(&document->texts, broker->rss_max_mb),
    };
    document->raw.broker = &document->broker;
}

static void write_collector(struct document *document,
                            const struct tcn_config_collector *collector) {
    document->collector = (struct tcn_raw_collector){
        .dir = borrow(collector->dir),
        .broker_endpoint = borrow(collector->broker_endpoint),
        .broker_transport_key = write_key(&document->texts, &collector->broker_transport_key),
        .key_file = borrow(collector->key_file),
        .genesis_file = borrow(collector->genesis_file),
        .journal_file = borrow(collector->journal_file),
        .map_gb = write_number(&document->texts, collector->map_gb),
        .snapshot_positions = write_count(&document->texts, collector->snapshot_positions),
        .snapshot_hours = write_count(&document->texts, collector->snapshot_hours),
        .clock = borrow(tcn_config_clock_words[collector->clock == TCN_CONFIG_CLOCK_FEED ? 1 : 0]),
    };
    document->raw.collector = &document->collector;
}

static void write_agent(struct document *document, const struct tcn_config_agent *agent) {
    document->agent = (struct tcn_raw_agent){
        .dir = borrow(agent->dir),
        .broker_endpoint = borrow(agent->broker_endpoint),
        .broker_transport_key = write_key(&document->texts, &agent->broker_transport_key),
        .key_file = borrow(agent->key_file),
        .bundle_file = borrow(agent->bundle_file),
        .local_endpoint = borrow(agent->local_endpoint),
        .drop_dir = borrow(agent->drop_dir),
        .organ = borrow(agent->organ),
        .principal = write_number(&document->texts, agent->principal),
        .source = write_number(&document->texts, agent->source),
        .outbox_mb = write_number(&document->texts, agent->outbox_mb),
        .lane_urgent = write_flag(agent->is_urgent_on),
        .lane_routine = write_flag(agent->is_routine_on),
    };
    document->raw.agent = &document->agent;
}

static void write_client(struct document *document, const struct tcn_config_client *client) {
    document->client = (struct tcn_raw_client){
        .broker_endpoint = borrow(client->broker_endpoint),
        .broker_transport_key = write_key(&document->texts, &client->broker_transport_key),
        .collector_signing_key = write_key(&document->texts, &client->collector_signing_key),
        .key_file = borrow(client->key_file),
        .organ = borrow(client->organ),
        .agent_endpoint = borrow(client->agent_endpoint),
        .principal = write_number(&document->texts, client->principal),
    };
    document->raw.client = &document->client;
}

/** The file's text. Owns: gives it, to be freed with free(). Errors: TCN_NOMEM; TCN_BAD_VALUE. */
static enum tcn_status make_text(const struct tcn_config *config, char **out_text,
                                 size_t *out_size) {
    struct document document = {0};
    if (config->has_broker) {
        write_broker(&document, &config->broker);
    }
    if (config->has_collector) {
        write_collector(&document, &config->collector);
    }
    if (config->has_agent) {
        write_agent(&document, &config->agent);
    }
    if (config->has_client) {
        write_client(&document, &config->client);
    }
    return tcn_yaml_save(&tcn_schema_config, &document.raw, out_text, out_size);
}

/** Reads the text again, so that nothing is written that reading would refuse. */
static enum tcn_status check_text(const char *path, char *text, size_t size) {
    struct tcn_policy_file file = {.data = (uint8_t *)text, .size = size};
    struct tcn_config *again = NULL;
    (void)snprintf(file.path, sizeof(file.path), "%s", path);
    struct tcn_policy_errors *errors = calloc(1, sizeof(*errors));
    if (errors == NULL) {
        return TCN_NOMEM;
    }
    enum tcn_status status = tcn_config_parse(&file, &again, errors);
    tcn_config_destroy(&again);
    free(errors);
    return status == TCN_CONFIG ? TCN_BAD_VALUE : status;
}

/** Writes everything, however little the system takes at once. */
static bool write_all(int descriptor, const char *text, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t written = write(descriptor, text + done, size - done);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/** Makes the folder's entry durable. Source: fsync(2), "an explicit fsync() ... is also needed". */
static bool sync_folder(const char *path) {
    char folder[TCN_POLICY_PATH_BYTES] = ".";
    const char *slash = strrchr(path, '/');
    if (slash != NULL) {
        size_t size = slash == path ? 1 : (size_t)(slash - path);
        memcpy(folder, path, size);
        folder[size] = '\0';
    }
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return false;
    }
    bool is_done = fsync(descriptor) == 0;
    (void)close(descriptor);
    return is_done;
}

/** Puts the text where `path` is, whole or not at all. */
static enum tcn_status replace_file(const char *path, const char *text, size_t size) {
    char temporary[TCN_POLICY_PATH_BYTES + 8];
    (void)snprintf(temporary, sizeof(temporary), "%s.new", path);
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) {
        return TCN_IO;
    }
    bool is_done = write_all(descriptor, head, sizeof(head) - 1) &&
                   write_all(descriptor, text, size) && fsync(descriptor) == 0;
    is_done = close(descriptor) == 0 && is_done;
    if (!is_done || rename(temporary, path) != 0) {
        (void)unlink(temporary);
        return TCN_IO;
    }
    return sync_folder(path) ? TCN_OK : TCN_IO;
}

enum tcn_status tcn_config_write(const char *path, const struct tcn_config *config) {
    char *text = NULL;
    size_t size = 0;
    if (strlen(path) >= TCN_POLICY_PATH_BYTES) {
        return TCN_BAD_VALUE;
    }
    enum tcn_status status = make_text(config, &text, &size);
    if (status != TCN_OK) {
        return status;
    }
    status = check_text(path, text, size);
    if (status == TCN_OK) {
        status = replace_file(path, text, size);
    }
    free(text);
    return status;
}
