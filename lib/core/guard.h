/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rule 4 of the fold: whom a guarded event, and the matter that it belongs to, may be told to. The
 * list travels with each event; a matter keeps of it only whether the desk is on it, because the
 * desk alone acts on matters that it does not hold, and whether discipline inspection is, because
 * one post hands it over between the two.
 *
 * Pure. Thread: any.
 */
#ifndef TCN_CORE_GUARD_H
#define TCN_CORE_GUARD_H

#include "core/route.h"
#include "model/state.h"

/** True when the event has an allow-list, or says that it must have one: it concerns a unit, or
 * whoever entered it does not know whom. */
bool tcn_guard_is_due(const struct tcn_event *event);
/** True when the event's allow-list, if it has one, lets an organ know. */
bool tcn_guard_tells(const struct tcn_event *event, uint16_t organ);
/** True when the matter has an allow-list. */
bool tcn_guard_has(const struct tcn_matter *matter);
/** True when the desk may know of the matter: it has no list, the desk is on it, or holds it. */
bool tcn_guard_tells_desk(const struct tcn_matter *matter, uint16_t desk);
/** True when the matter has an allow-list and an organ is known to be on it. The state keeps of a
 * list whether the desk and discipline inspection are on it, and nothing of others. */
bool tcn_guard_lists(const struct tcn_policy *policy, const struct tcn_matter *matter,
                     uint16_t organ);
/** The id under which a matter is found that brought none, or whose own is another's: its birth
 * position, in a form that no UUID has. */
struct tcn_id tcn_guard_own_id(uint64_t birth_position);
/** True for an id in that form. Nobody mints one: an event that names one which the log does not
 * know gets its own, so that who plants a later position's id neither meets that matter, nor learns
 * from the answer whether there is a guarded one. */
bool tcn_guard_is_own_id(const struct tcn_id *id);
/** True when an organ is among those that a route names. */
bool tcn_guard_routes_to(const struct tcn_route *route, uint16_t organ);

#endif
