/* SPDX-License-Identifier: Apache-2.0 */
#include "store/format.h"

#include "store/door.h"
#include "store/log.h"
#include "store/outbox.h"
#include "store/shares.h"
#include "store/state.h"

#include <stdio.h>
#include <string.h>

/* What this program knows, by kind. */
static const struct {
    const char *kind;
    uint32_t format;
} known[] = {
    {TCN_LOG_KIND, TCN_LOG_FORMAT},
    {TCN_STATE_KIND, TCN_STATE_FORMAT},
    {TCN_OUTBOX_KIND, TCN_OUTBOX_FORMAT},
    {TCN_SHARES_KIND, TCN_SHARES_FORMAT},
};

enum tcn_status tcn_store_format_read(const char *dir, struct tcn_store_format *out_format) {
    struct tcn_store_format format = {.number = 0};
    const enum tcn_status status =
        tcn_env_format_look(dir, format.kind, &format.number, format.writer);
    if (status != TCN_OK) {
        return status;
    }
    bool is_ours = false;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(known[i].kind, format.kind) == 0) {
            format.known = known[i].format;
            is_ours = true;
        }
    }
    if (!is_ours) {
        format.kind[0] = '\0';
    }
    *out_format = format;
    return TCN_OK;
}

bool tcn_store_format_is_newer(const struct tcn_store_format *format) {
    return format->kind[0] != '\0' && format->number > format->known;
}

void tcn_store_format_tell(const struct tcn_store_format *format,
                           char out_text[TCN_FORMAT_TEXT_BYTES],
                           char out_advice[TCN_FORMAT_TEXT_BYTES]) {
    const bool is_signed = format->writer[0] != '\0';
    if (format->kind[0] == '\0') {
        (void)snprintf(out_text, TCN_FORMAT_TEXT_BYTES, "what is there is no database of tocsin");
        (void)snprintf(out_advice, TCN_FORMAT_TEXT_BYTES, "look whether it is the right folder");
        return;
    }
    (void)snprintf(out_text, TCN_FORMAT_TEXT_BYTES,
                   "it is of format %u, written by %s%s, and this program, " TCN_PROGRAM_VERSION
                   ", knows format %u",
                   (unsigned)format->number, is_signed ? "tocsin " : "another version",
                   format->writer, (unsigned)format->known);
    if (tcn_store_format_is_newer(format)) {
        const bool is_derived = strcmp(format->kind, TCN_STATE_KIND) == 0;
        (void)snprintf(out_advice, TCN_FORMAT_TEXT_BYTES,
                       "install tocsin %s or a later one%s; nothing was written",
                       is_signed ? format->writer : "of the version that wrote it",
                       is_derived ? ", or derive it anew with this one: tocsin log rebuild" : "");
    } else if (format->number < format->known) {
        (void)snprintf(out_advice, TCN_FORMAT_TEXT_BYTES,
                       "start the program that writes it once: it brings it forward");
    } else {
        (void)snprintf(out_advice, TCN_FORMAT_TEXT_BYTES,
                       "look whether it is the right folder: it is a %s", format->kind + 7);
    }
}

void tcn_store_format_explain(const char *dir, char out_text[TCN_FORMAT_TEXT_BYTES],
                              char out_advice[TCN_FORMAT_TEXT_BYTES]) {
    struct tcn_store_format format;
    const enum tcn_status status = tcn_store_format_read(dir, &format);
    if (status == TCN_OK) {
        tcn_store_format_tell(&format, out_text, out_advice);
        return;
    }
    (void)snprintf(out_text, TCN_FORMAT_TEXT_BYTES, "%s", tcn_status_sentence(TCN_VERSION));
    (void)snprintf(out_advice, TCN_FORMAT_TEXT_BYTES, "look whether it is the right folder");
}
