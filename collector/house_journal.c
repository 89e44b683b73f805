/* SPDX-License-Identifier: Apache-2.0 */
/* The journal as the collector finds it at its start. */
#include "collector/house.h"
#include "core/recall.h"
#include "store/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static enum tcn_status take(void *context, const struct tcn_journal_entry *entry) {
    const enum tcn_status status = tcn_recall_take(context, entry);
    return status == TCN_BAD_VALUE ? TCN_CORRUPT : status;
}

static enum tcn_status open_file(struct tcn_collector *house, const char *path) {
    const struct tcn_journal_entry first = {.kind = TCN_JOURNAL_GENERATION,
                                            .generation = house->tail_generation,
                                            .stage = TCN_JOURNAL_BEGUN};
    const struct tcn_journal_options options = {
        .path = path,
        .log_id = &house->charter.genesis.log_id,
        .first = &first,
        .from_position = tcn_log_last_position(house->log),
        .visit = take,
        .context = house->recall,
    };
    const bool is_new = access(path, F_OK) != 0;
    enum tcn_status status = tcn_journal_open(&options, &house->journal);
    if (status == TCN_OK && is_new && house->generation != house->tail_generation) {
        tcn_log(house->logger, TCN_LOG_WARNING,
                "there is no journal of the log that was lost: what was revoked or closed behind "
                "position %" PRIu64 " is so again only when it is said again",
                options.from_position);
    }
    return status;
}

enum tcn_status tcn_house_open_journal(struct tcn_collector *house, const char *path) {
    char own[TCN_HOUSE_TEXT_BYTES];
    const int size = snprintf(own, sizeof(own), "%s/journal", house->dir);
    if (size < 0 || (size_t)size >= sizeof(own)) {
        return TCN_CONFIG;
    }
    path = path == NULL ? own : path;
    enum tcn_status status = tcn_recall_create(&house->recall);
    if (status == TCN_OK) {
        status = open_file(house, path);
    }
    if (status != TCN_OK) {
        tcn_log(house->logger, TCN_LOG_ERROR,
                "cannot open the journal %s: because %s; try: docs/how-to/restore.md", path,
                tcn_status_sentence(status));
        return status;
    }
    if (tcn_journal_cut_bytes(house->journal) > 0) {
        tcn_log(house->logger, TCN_LOG_WARNING,
                "%" PRIu64 " bytes of an entry that was never finished were cut off the journal %s",
                tcn_journal_cut_bytes(house->journal), path);
    }
    return tcn_recall_begun_generation(house->recall) > house->generation ? TCN_FENCED : TCN_OK;
}
