/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The posts of organs.yaml: by which post people act, so that nobody has to be named. Who holds one
 * is no concern of the policy.
 */
#include "policy/compile_plans.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void compile_organ(struct tcn_compile_plans *compile, const struct tcn_raw_organ *raw,
                          uint32_t index) {
    struct tcn_organ_posts *organ = &compile->tables->organs[index];
    const struct tcn_values values = {.file = &compile->organs_file,
                                      .errors = compile->errors,
                                      .section = "organs",
                                      .entry = index + 1};
    const char *id = raw->id != NULL ? raw->id : "";
    if (tcn_text_copy(tcn_slice_text(id), organ->organ, sizeof(organ->organ)) != TCN_OK) {
        organ->organ[0] = '\0'; /* its own faults are told by who reads it for its own sake */
    }
    for (uint32_t i = 0; i < raw->posts_count; i++) {
        char *post = organ->posts[organ->count];
        tcn_value_word(&values, "posts", raw->posts[i], post);
        for (uint32_t k = 0; post[0] != '\0' && k < organ->count; k++) {
            if (strcmp(organ->posts[k], post) == 0) {
                tcn_value_fault(&values, "posts", "\"%s\" is there already", post);
            }
        }
        organ->count += post[0] != '\0' ? 1 : 0;
    }
}

enum tcn_status tcn_compile_posts(struct tcn_compile_plans *compile) {
    const struct tcn_raw_organs *raw = compile->raw_organs;
    if (raw == NULL || raw->organs_count == 0) {
        return TCN_OK;
    }
    compile->tables->organs = calloc(raw->organs_count, sizeof(*compile->tables->organs));
    if (compile->tables->organs == NULL) {
        return TCN_NOMEM;
    }
    for (uint32_t i = 0; i < raw->organs_count; i++) {
        compile_organ(compile, &raw->organs[i], i);
    }
    compile->tables->plans.organs = compile->tables->organs;
    compile->tables->plans.organ_count = raw->organs_count;
    return TCN_OK;
}
