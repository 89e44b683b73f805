/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a complaint about organs of this district may reach. The agent asks before it seals; whoever
 * hands the complaint on asks again, and only who can read the compartment `accused` can.
 *
 * A step up goes from an organ to its line_parent or to its place_parent; an organ is below another
 * when steps up lead to that one, and above it the other way round. Rules:
 *
 *   X1  each accused organ is excluded;
 *   X2  so is every organ below one: who is accused tells it what to do;
 *   X3  so is every organ above one, by its line and by its place; but not the desk, which keeps
 *       what is guarded for everybody and would else be excluded from nearly all, and not
 *       discipline inspection: these two are excluded by X1 and X2 alone;
 *   X4  the allow-list is discipline inspection, then the desk, without the excluded; in the place
 *       of one that was struck comes the next higher organ: the first up its line, else the first
 *       up its place, that is not excluded. Where there is none, nobody comes: above an organ that
 *       is itself accused all are excluded (X3);
 *   X5  when nobody is left the list is empty, and the complaint may not be delivered at all.
 *
 * Pure. Slices in an answer lend from what was given. Thread: any.
 */
#ifndef TCN_CORE_ACCUSED_H
#define TCN_CORE_ACCUSED_H

#include "model/policy.h"

/** What the first line of a text in the compartment `accused` begins with when the complaint named
 * organs: their ids follow, with ", " between them, and nothing else. */
#define TCN_ACCUSED_LABEL "accused_organs: "

/** Room for that line, its line break included. */
#define TCN_ACCUSED_LINE_BYTES_MAX                                                                 \
    (sizeof(TCN_ACCUSED_LABEL) + TCN_ACCUSED_ORGANS_MAX * (TCN_WORD_BYTES_MAX + 2))

/** Who is accused, as a text names them. Open: filled for the caller. */
struct tcn_accused_named {
    uint16_t organs[TCN_ACCUSED_ORGANS_MAX]; /**< each once, as the line has them */
    uint32_t count;                          /**< 0 when the text names none */
    struct tcn_slice strange; /**< the first word that is no organ of the policy, or one too many;
                                   empty when all are known */
};

/** Who is kept from a complaint, and who may hear of it. Open: lives on the stack. */
struct tcn_accused {
    uint16_t excluded[TCN_ORGANS_MAX];   /**< in the policy's order (X1 to X3) */
    uint32_t excluded_count;             /**< 0 when nobody is accused */
    uint16_t list[TCN_GUARD_ORGANS_MAX]; /**< the allow-list, each once (X4) */
    uint32_t list_count;                 /**< 0: nobody may hear of it (X5) */
};

/** Finds both for accused organs; of a number that the policy does not know nothing follows. With
 * none the list is that of every complaint: discipline inspection and the desk. */
void tcn_accused_find(const struct tcn_policy *policy, const uint16_t *organs, uint32_t count,
                      struct tcn_accused *out_accused);

/** True when an organ may neither hear of the complaint nor enter it; never of 0. */
bool tcn_accused_excludes(const struct tcn_accused *accused, uint16_t organ);

/** Reads whom the first line of a text names; a text without such a line names nobody. */
void tcn_accused_read(const struct tcn_policy *policy, struct tcn_slice text,
                      struct tcn_accused_named *out_named);

#endif
