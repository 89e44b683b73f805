/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before a complaint is handed on: whom it accuses, and what stands over or under that, may not get
 * it. The log must not know who that is, so the program of who hands it on looks into what it can
 * read itself. Rules:
 *
 *  N1  an act that hands on (transferred, released, reclassified) is looked at when any event of
 *      the matter that the own organ was told has an allow-list, or says that it concerns a unit;
 *
 *  N2  an organ that the complaint excludes (core/accused) never gets it, whatever was said, also
 *      when the look breaks off behind where it was named;
 *
 *  N3  where a text names nobody by its first line, or no such text is there, a person confirms at
 *      the terminal that the organ is not accused, or says so by an option;
 *
 *  N4  where such a text is there and cannot be read here, or a sealed part is there that does not
 *      decode, or the matter could not be asked for or read to its end, all that is logged
 *      included, it is said by the option alone;
 *
 *  N5  and so where nothing of the matter was told here: what is not seen is not taken for what
 *      anybody may have.
 *
 * One thread, the program's.
 */
#ifndef TCN_CLI_HANDING_H
#define TCN_CLI_HANDING_H

#include "cli/seat.h"

/** An act, as it was typed. Open: everything is lent. */
struct tcn_handing {
    const char *act;
    const char *matter; /**< its id */
    const char *to;     /**< may be NULL */
    const char *domain; /**< typed; may be NULL */
    bool is_said;       /**< the option says that the organ is not accused */
};

/** Looks, and refuses what may not be. What stands in the way has been told. Gives an exit code. */
int tcn_handing_check(struct tcn_cli *cli, struct tcn_seat *seat,
                      const struct tcn_handing *handing);

#endif
