/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/machine.h"

#include "cli/place.h"

static enum tcn_status write_file(const struct tcn_machine *machine, const char *file,
                                  const struct tcn_config *config) {
    char path[TCN_CLI_PATH_BYTES];
    const enum tcn_status status = tcn_place_path(path, machine->dir, "etc/%s.yaml", file);
    return status == TCN_OK ? tcn_config_write(path, config) : status;
}

/* Where the agent of this word listens. */
static enum tcn_status local_endpoint(const struct tcn_machine *machine, const char *word,
                                      char out_endpoint[TCN_CLI_PATH_BYTES]) {
    const int size =
        snprintf(out_endpoint, TCN_CLI_PATH_BYTES, "ipc://%s/run/%s.sock", machine->dir, word);
    return size > 0 && size < TCN_CLI_PATH_BYTES ? TCN_OK : TCN_TOOBIG;
}

enum tcn_status tcn_machine_agent(const struct tcn_machine *machine, const char *file,
                                  const char *word) {
    char key_file[TCN_CLI_PATH_BYTES];
    char dir[TCN_CLI_PATH_BYTES];
    char bundle[TCN_CLI_PATH_BYTES];
    char local[TCN_CLI_PATH_BYTES];
    enum tcn_status status =
        tcn_place_path(key_file, machine->dir, "keys/%s.key", machine->row->name);
    if (status == TCN_OK) {
        status = tcn_place_path(dir, machine->dir, "agents/%s", machine->row->name);
    }
    if (status == TCN_OK) {
        status = tcn_place_path(bundle, machine->dir, "bundle.bin");
    }
    if (status == TCN_OK) {
        status = local_endpoint(machine, word, local);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_config config = {
        .has_agent = true,
        .agent = {.dir = dir,
                  .broker_endpoint = machine->front,
                  .broker_transport_key = *machine->broker_key,
                  .key_file = key_file,
                  .bundle_file = bundle,
                  .local_endpoint = local,
                  .organ = machine->organ,
                  .principal = machine->row->id,
                  .source = machine->row->source,
                  .outbox_mb = TCN_CONFIG_OUTBOX_MB_DEFAULT,
                  .is_urgent_on = true,
                  .is_routine_on = true},
    };
    return write_file(machine, file, &config);
}

enum tcn_status tcn_machine_client(const struct tcn_machine *machine, const char *file,
                                   const char *agent) {
    char key_file[TCN_CLI_PATH_BYTES];
    char local[TCN_CLI_PATH_BYTES] = "";
    enum tcn_status status =
        tcn_place_path(key_file, machine->dir, "keys/%s.key", machine->row->name);
    if (status == TCN_OK && agent != NULL) {
        status = local_endpoint(machine, agent, local);
    }
    if (status != TCN_OK) {
        return status;
    }
    const struct tcn_config config = {
        .has_client = true,
        .client = {.broker_endpoint = machine->front,
                   .broker_transport_key = *machine->broker_key,
                   .collector_signing_key = *machine->collector_key,
                   .key_file = key_file,
                   .organ = machine->organ,
                   .agent_endpoint = agent == NULL ? NULL : local,
                   .principal = machine->row->id},
    };
    return write_file(machine, file, &config);
}
