/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/language.h"

#include <stdlib.h>
#include <string.h>

static enum tcn_language from_environment(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
        const char *value = getenv(names[index]);
        if (value != NULL && value[0] != '\0') {
            return strncmp(value, "zh", 2) == 0 ? TCN_LANGUAGE_ZH : TCN_LANGUAGE_EN;
        }
    }
    return TCN_LANGUAGE_EN;
}

int tcn_language_read(struct tcn_cli *cli, const char *word, enum tcn_language *out_language) {
    static const char *const words[TCN_LANGUAGE_COUNT] = {"en", "zh"};
    if (word == NULL) {
        *out_language = from_environment();
        return TCN_EXIT_OK;
    }
    for (int language = 0; language < TCN_LANGUAGE_COUNT; language++) {
        if (strcmp(word, words[language]) == 0) {
            *out_language = (enum tcn_language)language;
            return TCN_EXIT_OK;
        }
    }
    return tcn_cli_usage(cli, NULL, "--language takes en or zh");
}
