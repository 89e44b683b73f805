/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum tcn_status tcn_place_path(char out_path[TCN_CLI_PATH_BYTES], const char *dir,
                               const char *format, ...) {
    int size = snprintf(out_path, TCN_CLI_PATH_BYTES, "%s/", dir);
    if (size < 0 || size >= TCN_CLI_PATH_BYTES) {
        return TCN_TOOBIG;
    }
    va_list arguments;
    va_start(arguments, format);
    int rest = vsnprintf(out_path + size, TCN_CLI_PATH_BYTES - (size_t)size, format, arguments);
    va_end(arguments);
    return rest < 0 || rest >= TCN_CLI_PATH_BYTES - size ? TCN_TOOBIG : TCN_OK;
}

enum tcn_status tcn_place_make(const char *path) {
    if (mkdir(path, 0700) == 0 || errno == EEXIST) {
        return TCN_OK;
    }
    return errno == EACCES || errno == EROFS ? TCN_DENIED : errno == ENOENT ? TCN_ABSENT : TCN_IO;
}

int tcn_place_config(struct tcn_cli *cli, const char *config_file, const char *dir,
                     const char *role, struct tcn_config **out_config) {
    char path[TCN_CLI_PATH_BYTES] = "tocsin.yaml";
    const char *place = dir != NULL ? dir : getenv("TOCSIN_DIR");
    if (config_file != NULL) {
        if (snprintf(path, sizeof path, "%s", config_file) >= (int)sizeof path) {
            return tcn_cli_fail(cli, TCN_TOOBIG, NULL, "open the file that --config names");
        }
    } else if (place != NULL) {
        enum tcn_status status = tcn_place_path(path, place, "etc/%s.yaml", role);
        if (status != TCN_OK) {
            return tcn_cli_fail(cli, status, NULL, "open the folder %s", place);
        }
    }
    if (access(path, R_OK) != 0) {
        (void)fprintf(cli->err, "tocsin: cannot read the configuration %s: because %s\n", path,
                      strerror(errno));
        (void)fprintf(cli->err, place == NULL ? "try: --dir DIR, the folder that `tocsin up` "
                                                "printed, or --config FILE\n"
                                              : "try: `ls` of its folder shows whom this "
                                                "district knows\n");
        return TCN_EXIT_CONFIG;
    }
    struct tcn_policy_errors *errors = calloc(1, sizeof *errors);
    if (errors == NULL) {
        return tcn_cli_fail(cli, TCN_NOMEM, NULL, "read %s", path);
    }
    int code = TCN_EXIT_OK;
    if (tcn_config_read(path, out_config, errors) != TCN_OK) {
        tcn_cli_faults(cli, errors);
        code = TCN_EXIT_CONFIG;
    }
    free(errors);
    return code;
}

enum tcn_status tcn_place_programs(char out_path[TCN_CLI_PATH_BYTES]) {
    ssize_t size = readlink("/proc/self/exe", out_path, TCN_CLI_PATH_BYTES - 1);
    if (size <= 0) {
        return TCN_IO;
    }
    if (size == TCN_CLI_PATH_BYTES - 1) {
        return TCN_TOOBIG;
    }
    out_path[size] = '\0';
    char *slash = strrchr(out_path, '/');
    if (slash == NULL) {
        return TCN_IO;
    }
    *slash = '\0';
    return TCN_OK;
}

static bool has_policy(const char *dir) {
    char path[TCN_CLI_PATH_BYTES];
    return tcn_place_path(path, dir, "regime.yaml") == TCN_OK && access(path, R_OK) == 0;
}

enum tcn_status tcn_place_policy(const struct tcn_cli *cli, const char *given,
                                 char out_path[TCN_CLI_PATH_BYTES]) {
    if (given != NULL) {
        int size = snprintf(out_path, TCN_CLI_PATH_BYTES, "%s", given);
        return size >= TCN_CLI_PATH_BYTES ? TCN_TOOBIG : TCN_OK;
    }
    char programs[TCN_CLI_PATH_BYTES];
    enum tcn_status status = tcn_place_programs(programs);
    if (status != TCN_OK) {
        return status;
    }
    static const char *const places[] = {"../share/tocsin/policy", "../../../policy"};
    for (size_t index = 0; index < sizeof places / sizeof places[0]; index++) {
        if (tcn_place_path(out_path, programs, "%s", places[index]) == TCN_OK &&
            has_policy(out_path)) {
            return TCN_OK;
        }
    }
    if (!has_policy(cli->policy_dir)) {
        return TCN_ABSENT;
    }
    (void)snprintf(out_path, TCN_CLI_PATH_BYTES, "%s", cli->policy_dir);
    return TCN_OK;
}
