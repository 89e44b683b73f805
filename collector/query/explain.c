/* SPDX-License-Identifier: Apache-2.0 */
#include "query/explain.h"

#include "core/acts.h"
#include "query/applier.h"

/* Folds records into the open commit until it is full, the event is found, or the log ends. */
static enum tcn_status fold_some(struct tcn_log_reader *reader, struct tcn_applier *applier,
                                 struct tcn_state *state) {
    const struct tcn_fold *fold = &applier->fold;
    const uint64_t start = fold->applied.event_count;
    while (!fold->trace->is_found && !tcn_state_is_due(state) &&
           fold->applied.event_count - start < TCN_STATE_COMMIT_EVENTS) {
        struct tcn_record record = {0};
        enum tcn_status status = tcn_log_read(reader, fold->applied.position + 1, &record);
        if (status == TCN_OK) {
            status = tcn_applier_record(applier, &record);
            status = status == TCN_SEQUENCE ? TCN_CORRUPT : status;
        }
        if (status != TCN_OK) {
            return status;
        }
    }
    return TCN_OK;
}

/* One commit; the one that has what is asked for is given up. */
static enum tcn_status run_commit(struct tcn_log_reader *reader, struct tcn_applier *applier,
                                  struct tcn_state *state, struct tcn_trace *trace) {
    enum tcn_status status = tcn_state_begin(state);
    if (status != TCN_OK) {
        return status;
    }
    status = tcn_applier_begin(applier, tcn_state_table(), state, reader);
    if (status == TCN_OK) {
        applier->fold.trace = trace;
        status = fold_some(reader, applier, state);
    }
    tcn_log_reader_reset(reader);
    if (status != TCN_OK || trace->is_found) {
        tcn_state_abort(state);
        return status;
    }
    return tcn_state_commit(state);
}

enum tcn_status tcn_explain_run(struct tcn_log_reader *reader, const struct tcn_charter *charter,
                                struct tcn_state *state, struct tcn_trace *trace) {
    struct tcn_applier applier;
    enum tcn_status status = tcn_applier_init(&applier, charter);
    while (status == TCN_OK && !trace->is_found) { /* ends with the log: TCN_ABSENT */
        status = run_commit(reader, &applier, state, trace);
    }
    tcn_applier_fini(&applier);
    return status;
}

const char *tcn_explain_who_name(uint32_t bit) {
    static const struct {
        uint32_t who;
        const char *name;
    } names[] = {{TCN_WHO_HOLDER, "holder"},       {TCN_WHO_DESK, "desk"},
                 {TCN_WHO_OFFICE, "office"},       {TCN_WHO_PARTY, "party"},
                 {TCN_WHO_ANYONE, "anyone"},       {TCN_WHO_HIGHER, "higher"},
                 {TCN_WHO_SUBMITTER, "submitter"}, {TCN_WHO_PLACE, "place"}};
    const size_t count = sizeof names / sizeof names[0];
    for (size_t i = 0; bit < 32 && i < count; i++) {
        if (names[i].who == UINT32_C(1) << bit) {
            return names[i].name;
        }
    }
    return NULL;
}
