/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/item_placement.h"

#include "base/uuid.h"
#include "cli/clocks.h"
#include "model/placement.h"

#include <inttypes.h>

void tcn_item_placement_breaches(FILE *out, int indent, uint32_t breaches) {
    const char *before = "";
    (void)fprintf(out, "%*s(breaks the program's rules: ", indent, "");
    for (uint32_t bit = 1; bit <= TCN_BREACHES; bit <<= 1) {
        if ((breaches & bit) != 0) {
            (void)fprintf(out, "%s%s, %s", before, tcn_breach_title_en(bit),
                          tcn_breach_title_zh(bit));
            before = "; ";
        }
    }
    (void)fputs(")\n", out);
}

void tcn_item_placement_fired(FILE *out, int indent, const struct tcn_item *item) {
    const struct tcn_fired *fired = &item->alert.fired;
    char matter[TCN_UUID_TEXT_BYTES];
    tcn_uuid_to_text(item->matter.bytes, matter);
    (void)fprintf(out, "%*s", indent, "");
    tcn_clocks_show_title(out, item->subject, item->title_zh, item->title_en);
    if (fired->stage == TCN_PLACEMENT_UNPROVED) {
        (void)fprintf(out, ": no paper has come for %" PRIu32 ", and its time is over 缺证明材料",
                      fired->rule);
    } else {
        (void)fprintf(out,
                      ": the last month is near, and %" PRIu32 " month%s lack%s a paper 缺证明材料",
                      fired->rule, fired->rule == 1 ? "" : "s", fired->rule == 1 ? "s" : "");
    }
    (void)fprintf(out,
                  "\n%*s(a missing paper, not a failed worker: it may still be proved)\n"
                  "%*stry: tocsin act %s submitted --attribute month=",
                  indent, "", indent, "", matter);
    if (fired->stage == TCN_PLACEMENT_UNPROVED) {
        (void)fprintf(out, "%06" PRIu32, fired->rule);
    } else {
        (void)fputs("YYYYMM", out); /* which ones lack it, `tocsin placement` says */
    }
    (void)fputs(",evidence=KIND, then the second organ approves it\n", out);
}
