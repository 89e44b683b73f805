/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy_compile.h"

#include "query/reachable.h"

int tcn_policy_compile(struct tcn_cli *cli, const char *path, const char *what,
                       struct tcn_compiled *out_compiled) {
    struct tcn_compiled *made = out_compiled;
    enum tcn_status status = tcn_policy_text_read(path, &made->text, &made->errors);
    const struct tcn_slice text = tcn_slice_of(made->text.data, made->text.size);
    if (status == TCN_OK && text.size == 0) { /* an empty folder, or none: it says so */
        status = tcn_policy_read(path, &made->source, &made->errors);
    } else if (status == TCN_OK) {
        status = tcn_policy_read_text(path, text, &made->source, &made->errors);
    }
    if (status == TCN_OK) {
        status = tcn_query_check_reach(&made->source, &made->errors);
    }
    if (status == TCN_CONFIG) {
        tcn_cli_faults(cli, &made->errors);
        return tcn_cli_fail(cli, status, "mend it, then tocsin policy check", "%s %s", what, path);
    }
    if (status != TCN_OK) {
        return tcn_cli_fail(cli, status, NULL, "read the policy %s", path);
    }
    made->policy = tcn_policy_tables(made->source);
    return TCN_EXIT_OK;
}

void tcn_compiled_fini(struct tcn_compiled *compiled) {
    tcn_policy_destroy(&compiled->source);
    tcn_policy_text_fini(&compiled->text);
    compiled->policy = NULL;
}
