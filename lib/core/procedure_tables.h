/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of the procedures, and the words that they are written in. Part of core/procedure;
 * nobody else includes it. Law and article stand with each row. H: read in the text of the law;
 * M: well-known practice or a secondary source; L: our proposal.
 */
#ifndef TCN_CORE_PROCEDURE_TABLES_H
#define TCN_CORE_PROCEDURE_TABLES_H

#include "core/procedure.h"

#define TCN_AT(stage) (UINT64_C(1) << (unsigned)TCN_STAGE_##stage)
/* A report opens the matter, whether acts came before it or not. */
#define TCN_UNBORN (TCN_AT(NONE) | TCN_AT(STUB))
/* What waits to be taken in hand. */
#define TCN_UNTAKEN (TCN_AT(OPEN) | TCN_AT(HELD))
#define TCN_LEAD (TCN_WHO_HOLDER | TCN_WHO_DESK)
#define TCN_SIDES (TCN_LEAD | TCN_WHO_OFFICE)
#define TCN_ALL_SIDES (TCN_SIDES | TCN_WHO_PARTY)
/* Who checks work: anyone above or beside, if it neither found nor did it. */
#define TCN_CHECKERS (TCN_LEAD | TCN_WHO_PARTY | TCN_WHO_HIGHER)
#define TCN_CHECKED (TCN_WHO_SUBMITTER | TCN_WHO_OFFICE)

/* lib/core/procedure_petition.c */
extern const struct tcn_procedure tcn_procedure_general;
extern const struct tcn_procedure tcn_procedure_petition;
/* lib/core/procedure_safety.c */
extern const struct tcn_procedure tcn_procedure_hazard;
extern const struct tcn_procedure tcn_procedure_accident;
extern const struct tcn_procedure tcn_procedure_warning;
/* lib/core/procedure_claims.c */
extern const struct tcn_procedure tcn_procedure_dispute;
extern const struct tcn_procedure tcn_procedure_wages;
extern const struct tcn_procedure tcn_procedure_requisition;
/* lib/core/procedure_care.c */
extern const struct tcn_procedure tcn_procedure_service;
extern const struct tcn_procedure tcn_procedure_guardianship;
extern const struct tcn_procedure tcn_procedure_enterprise;
/* lib/core/procedure_placement.c */
extern const struct tcn_procedure tcn_procedure_placement;

#endif
