/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/roster.h"

enum tcn_status tcn_roster_open(struct tcn_roster *roster, const struct tcn_collector *house) {
    *roster = (struct tcn_roster){.reader = NULL};
    enum tcn_status status = tcn_rights_init(&roster->rights, &house->charter);
    if (status == TCN_OK) {
        status = tcn_log_reader_open(house->log, &roster->reader);
    }
    return status == TCN_OK ? tcn_roster_follow(roster, UINT64_MAX) : status;
}

void tcn_roster_close(struct tcn_roster *roster) {
    tcn_log_reader_close(&roster->reader);
    tcn_rights_fini(&roster->rights);
}

const struct tcn_registry *tcn_roster_registry(const struct tcn_roster *roster) {
    return tcn_rights_registry(&roster->rights);
}

enum tcn_status tcn_roster_follow(struct tcn_roster *roster, uint64_t position) {
    return tcn_rights_load(&roster->rights, roster->reader, position);
}
