/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/yaml.h"

#include "policy/load.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** What libcyaml logged about its one fault. */
struct capture {
    char text[256];
};

/** libcyaml's log function: keeps the first sentence. */
__attribute__((format(printf, 3, 0))) static void take_log(cyaml_log_t level, void *context,
                                                           const char *format, va_list arguments) {
    struct capture *capture = context;
    (void)level;
    if (capture->text[0] == '\0' &&
        vsnprintf(capture->text, sizeof(capture->text), format, arguments) > 0) {
        capture->text[strcspn(capture->text, "\n")] = '\0';
    }
}

/** What freeing and saving have in common. Keys and texts are as they are written. */
static struct cyaml_config config_for(struct capture *capture) {
    return (struct cyaml_config){
        .log_fn = take_log,
        .log_ctx = capture,
        .mem_fn = cyaml_mem,
        .log_level = CYAML_LOG_WARNING,
        .flags = CYAML_CFG_NO_ALIAS | CYAML_CFG_STYLE_BLOCK,
    };
}

/** True when libcyaml's fault is that memory ran out. libyaml says so by giving no problem. */
static bool is_memory(cyaml_err_t code, const struct capture *capture) {
    return code == CYAML_ERR_OOM || code == CYAML_ERR_LIBYAML_EMITTER_INIT ||
           code == CYAML_ERR_LIBYAML_EMITTER || strstr(capture->text, "libyaml: (null)") != NULL;
}

enum tcn_status tcn_yaml_load(const struct tcn_policy_file *file,
                              const struct cyaml_schema_value *schema, void **out_loaded,
                              struct tcn_policy_errors *errors) {
    void *loaded = NULL;
    bool is_whole = false;
    enum tcn_status status = tcn_yaml_load_all(file, schema, &loaded, &is_whole, errors);
    if (status == TCN_OK && !is_whole) {
        tcn_yaml_destroy(schema, &loaded);
        status = TCN_CONFIG;
    }
    if (status == TCN_OK) {
        *out_loaded = loaded;
    }
    return status;
}

void tcn_yaml_destroy(const struct cyaml_schema_value *schema, void **loaded) {
    struct capture capture = {0};
    struct cyaml_config config = config_for(&capture);
    if (*loaded != NULL) {
        (void)cyaml_free(&config, schema, *loaded, 0);
        *loaded = NULL;
    }
}

enum tcn_status tcn_yaml_save(const struct cyaml_schema_value *schema, const void *loaded,
                              char **out_text, size_t *out_size) {
    struct capture capture = {0};
    struct cyaml_config config = config_for(&capture);
    char *text = NULL;
    size_t size = 0;
    cyaml_err_t code = cyaml_save_data(&text, &size, &config, schema, loaded, 0);
    if (code != CYAML_OK) {
        return is_memory(code, &capture) ? TCN_NOMEM : TCN_BAD_VALUE;
    }
    *out_text = text;
    *out_size = size;
    return TCN_OK;
}
