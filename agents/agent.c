/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/agent.h"

#include "agents/inner.h"
#include "agents/mend.h"
#include "base/clock.h"
#include "base/text.h"
#include "seal/hash.h"
#include "store/format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_PER_MB ((uint64_t)1024 * 1024)

void tcn_agent_note(struct tcn_agent *agent, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(agent->last_error, sizeof(agent->last_error), format, arguments);
    va_end(arguments);
    agent->last_error_ns = tcn_clock_wall_ns();
    tcn_log(agent->logger, TCN_LOG_WARNING, "%s", agent->last_error);
}

enum tcn_status tcn_agent_begin(struct tcn_agent *agent) {
    if (agent->is_writing) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_begin(agent->outbox);
    if (status == TCN_OK) {
        agent->is_writing = true;
        agent->must_commit = false;
    }
    return status;
}

void tcn_agent_abort(struct tcn_agent *agent) {
    if (agent->is_writing) {
        tcn_outbox_abort(agent->outbox);
        agent->is_writing = false;
    }
}

enum tcn_status tcn_agent_commit(struct tcn_agent *agent) {
    if (!agent->is_writing) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_commit(agent->outbox);
    agent->is_writing = false;
    if (status == TCN_FULL && !agent->must_commit) {
        tcn_agent_note(agent, "the disk is full: receipts are not kept");
        return TCN_OK;
    }
    return status;
}

enum tcn_status tcn_agent_use_bundle(struct tcn_agent *agent, struct tcn_agent_bundle *bundle) {
    struct tcn_slice organ_id = tcn_slice_text(agent->config->organ);
    bool is_feed = tcn_slice_is_text(organ_id, TCN_AGENT_FEED_ORGAN);
    bool is_admin = tcn_slice_is_text(organ_id, TCN_CONFIG_ORGAN_ADMIN);
    const struct tcn_organ *organ =
        is_admin ? NULL : tcn_policy_organ_by_id(&bundle->policy, organ_id);
    if (is_feed ? bundle->bundle.mode != TCN_MODE_EXERCISE : organ == NULL && !is_admin) {
        return TCN_CONFIG;
    }
    tcn_agent_bundle_fini(&agent->bundle);
    agent->bundle = *bundle;
    memset(bundle, 0, sizeof(*bundle));
    tcn_agent_callee_told(agent);
    agent->office = (struct tcn_agent_office){
        .policy = &agent->bundle.policy,
        .bundle = &agent->bundle.bundle,
        .organ_id = is_admin ? (struct tcn_slice){0} : organ_id,
        .organ = organ == NULL ? 0 : organ->number,
        .principal = agent->config->principal,
        .is_feed = is_feed,
        .is_admin = is_admin,
    };
    return TCN_OK;
}

/** Says why the agent cannot start. */
static enum tcn_status refuse(struct tcn_agent *agent, enum tcn_status status, const char *what,
                              const char *path) {
    tcn_log(agent->logger, TCN_LOG_ERROR, "cannot use the %s %s: %s", what, path,
            tcn_status_sentence(status));
    return status;
}

/** The outbox is of a format that this version does not write to: which, and what to do. */
static enum tcn_status refuse_format(struct tcn_agent *agent) {
    char text[TCN_FORMAT_TEXT_BYTES];
    char advice[TCN_FORMAT_TEXT_BYTES];
    tcn_store_format_explain(agent->config->dir, text, advice);
    tcn_log(agent->logger, TCN_LOG_ERROR, "cannot use the outbox %s: because %s",
            agent->config->dir, text);
    tcn_log(agent->logger, TCN_LOG_ERROR, "try: %s", advice);
    return TCN_VERSION;
}

/** Reads the key file and, from its file, the bundle. */
static enum tcn_status open_regime(struct tcn_agent *agent) {
    const struct tcn_config_agent *config = agent->config;
    enum tcn_status status = tcn_key_file_read(config->key_file, &agent->keys);
    if (status != TCN_OK) {
        (void)refuse(agent, status, "key file", config->key_file);
        return TCN_CONFIG;
    }
    struct tcn_slice bytes;
    struct tcn_agent_bundle bundle;
    memset(&bundle, 0, sizeof(bundle));
    status = tcn_agent_bundle_read(config->bundle_file, &agent->scratch, &bytes);
    if (status == TCN_OK) {
        status = tcn_agent_bundle_init(bytes, &agent->ring, &bundle);
    }
    if (status == TCN_OK) {
        status = tcn_agent_use_bundle(agent, &bundle);
    }
    tcn_agent_bundle_fini(&bundle);
    tcn_arena_reset(&agent->scratch);
    if (status != TCN_OK) {
        (void)refuse(agent, status, "bundle", config->bundle_file);
        return TCN_CONFIG;
    }
    return TCN_OK;
}

/** Takes the bundle that the collector sent, when it is newer than the file's. */
static enum tcn_status newer_bundle(struct tcn_agent *agent) {
    struct tcn_slice bytes;
    struct tcn_agent_bundle bundle;
    memset(&bundle, 0, sizeof(bundle));
    if (agent->facts.bundle_version <= agent->bundle.bundle.version) {
        return TCN_OK;
    }
    enum tcn_status status = tcn_outbox_bundle_get(agent->outbox, &bytes);
    if (status == TCN_OK) {
        status = tcn_agent_bundle_init(bytes, &agent->ring, &bundle);
    }
    if (status == TCN_OK) {
        status = tcn_agent_use_bundle(agent, &bundle);
    }
    tcn_agent_bundle_fini(&bundle);
    if (status != TCN_OK) {
        tcn_agent_note(agent, "the stored bundle is not used: %s", tcn_status_sentence(status));
    }
    return TCN_OK;
}

/** Gives a new outbox its log and its first epoch. */
static enum tcn_status begin_outbox(struct tcn_agent *agent) {
    enum tcn_status status = tcn_agent_begin(agent);
    agent->must_commit = true;
    agent->facts.log_id = agent->bundle.bundle.log_id;
    if (status == TCN_OK) {
        status = tcn_outbox_facts_put(agent->outbox, &agent->facts);
    }
    if (status == TCN_OK) {
        status = tcn_agent_mend_first_epoch(agent);
    }
    return status == TCN_OK ? tcn_agent_commit(agent) : status;
}

/** Opens the outbox and checks that it belongs to the bundle's log and to this source. */
static enum tcn_status open_outbox(struct tcn_agent *agent, uint64_t map_bytes) {
    bool is_new = false;
    const struct tcn_store_options options = {
        .dir = agent->config->dir, .map_bytes = map_bytes, .quota_bytes = agent->quota_bytes};
    enum tcn_status status = tcn_outbox_open(&options, &agent->outbox);
    if (status == TCN_VERSION) {
        return refuse_format(agent);
    }
    if (status == TCN_OK) {
        status = tcn_outbox_facts_get(agent->outbox, &agent->facts);
    }
    if (status != TCN_OK) {
        return refuse(agent, status, "outbox", agent->config->dir);
    }
    struct tcn_outbox_lane row;
    status = tcn_outbox_lane_get(agent->outbox, TCN_LANE_URGENT, &row);
    if (status == TCN_ABSENT) {
        is_new = true;
        status = begin_outbox(agent);
    } else if (status == TCN_OK && row.lane.source != agent->config->source) {
        status = TCN_FOREIGN_SOURCE;
    }
    if (status == TCN_OK && !tcn_id_equals(&agent->facts.log_id, &agent->bundle.bundle.log_id)) {
        status = TCN_FOREIGN_LOG;
    }
    if (status != TCN_OK) {
        return refuse(agent, status, "outbox", agent->config->dir);
    }
    status = newer_bundle(agent);
    if (status == TCN_OK) {
        status = tcn_agent_life_open(agent, is_new);
        status = status == TCN_OK ? TCN_OK : refuse(agent, status, "outbox", agent->config->dir);
    }
    return status;
}

/** Makes the parts that need nothing from outside. */
static enum tcn_status open_memory(struct tcn_agent *agent) {
    enum tcn_status status = tcn_arena_init(&agent->scratch, TCN_AGENT_SCRATCH_BYTES);
    if (status == TCN_OK) {
        status = tcn_arena_init(&agent->look, TCN_AGENT_LOOK_BYTES);
    }
    if (status == TCN_OK) {
        status = tcn_agent_group_init(&agent->group);
    }
    return status;
}

/** Opens everything through which something arrives. */
static enum tcn_status open_doors(struct tcn_agent *agent) {
    tcn_poller_init(&agent->poller);
    enum tcn_status status = TCN_OK;
    for (uint32_t i = 0; i < TCN_AGENT_LANES && status == TCN_OK; i++) {
        status = tcn_agent_lane_open(agent, &agent->lanes[i]);
    }
    if (status == TCN_OK) {
        status = tcn_agent_rotate_open(agent);
    }
    if (status == TCN_OK) {
        status = tcn_agent_follow_open(agent);
    }
    if (status == TCN_OK) {
        status = tcn_poller_add_descriptor(&agent->poller, agent->stop_descriptor, TCN_POLL_IN,
                                           TCN_AGENT_TOKEN_STOP);
    }
    agent->doors[0].ops = &tcn_agent_way_local;
    agent->doors[1].ops = &tcn_agent_way_folder;
    for (uint32_t i = 0; i < TCN_AGENT_WAYS && status == TCN_OK; i++) {
        status = agent->doors[i].ops->open(agent, &agent->doors[i].way);
    }
    if (status != TCN_OK && status != TCN_CONFIG) { /* of which the way has said more */
        tcn_log(agent->logger, TCN_LOG_ERROR, "cannot open %s or reach for %s: %s",
                agent->config->local_endpoint, agent->config->broker_endpoint,
                tcn_status_sentence(status));
    }
    return status;
}

/** Numbers are for looking on: without their page the agent works as well. */
static enum tcn_status open_page(struct tcn_agent *agent, const char *path) {
    if (path == NULL) {
        return TCN_OK;
    }
    const enum tcn_status status = tcn_page_open(path, &agent->page);
    if (status != TCN_OK) {
        tcn_log(agent->logger, TCN_LOG_WARNING, "shows no numbers at %s: because %s", path,
                tcn_status_sentence(status));
        return TCN_OK;
    }
    return tcn_poller_add_descriptor(&agent->poller, tcn_page_descriptor(agent->page), TCN_POLL_IN,
                                     TCN_AGENT_TOKEN_PAGE);
}

enum tcn_status tcn_agent_open(const struct tcn_agent_options *options,
                               struct tcn_agent **out_agent) {
    struct tcn_agent *agent = calloc(1, sizeof(*agent));
    if (agent == NULL) {
        return TCN_NOMEM;
    }
    agent->link = options->link;
    agent->logger = options->logger;
    agent->config = options->config;
    agent->stop_descriptor = options->stop_descriptor;
    agent->version = options->version;
    agent->started_ns = tcn_clock_wall_ns();
    tcn_keyring_init(&agent->ring, NULL, &options->collector_key);
    agent->drain_ns = options->drain_ns == 0 ? TCN_AGENT_DRAIN_NS : options->drain_ns;
    agent->quota_bytes = options->config->outbox_mb * BYTES_PER_MB;
    agent->lanes[0].number = TCN_LANE_URGENT;
    agent->lanes[1].number = TCN_LANE_ROUTINE;
    enum tcn_status status = open_memory(agent);
    if (status == TCN_OK) {
        status = open_regime(agent);
    }
    if (status == TCN_OK) {
        agent->cutter.key = &agent->keys.signing;
        agent->cutter.key_id = tcn_key_id_of(&agent->keys.signing.public_key);
        agent->cutter.log_id = agent->bundle.bundle.log_id;
        agent->cutter.mode = agent->bundle.bundle.mode;
        agent->cutter.is_by_instant = agent->office.is_feed;
        agent->cutter.organ_id = agent->office.organ_id;
        status = open_outbox(agent, options->map_bytes);
    }
    if (status == TCN_OK) {
        status = open_doors(agent);
    }
    if (status == TCN_OK) {
        status = open_page(agent, options->metrics_path);
    }
    if (status != TCN_OK) {
        tcn_agent_close(&agent);
        return status;
    }
    *out_agent = agent;
    return TCN_OK;
}

void tcn_agent_close(struct tcn_agent **agent) {
    if (agent == NULL || *agent == NULL) {
        return;
    }
    struct tcn_agent *closed = *agent;
    tcn_page_close(&closed->page);
    for (uint32_t i = 0; i < TCN_AGENT_WAYS; i++) {
        if (closed->doors[i].way != NULL) {
            closed->doors[i].ops->close(&closed->doors[i].way);
        }
    }
    for (uint32_t i = 0; i < TCN_AGENT_LANES; i++) {
        tcn_agent_lane_close(&closed->lanes[i]);
    }
    tcn_agent_abort(closed);
    tcn_agent_life_close(closed);
    tcn_agent_follow_close(closed);
    tcn_outbox_close(&closed->outbox);
    tcn_agent_bundle_fini(&closed->bundle);
    tcn_agent_group_fini(&closed->group);
    tcn_arena_fini(&closed->look);
    tcn_arena_fini(&closed->scratch);
    tcn_agent_rotate_close(closed);
    tcn_key_set_fini(&closed->keys);
    free(closed);
    *agent = NULL;
}
