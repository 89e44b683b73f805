/* SPDX-License-Identifier: Apache-2.0 */
#include "json/words.h"

#include "model/clock.h"
#include "model/feed.h"
#include "model/local.h"
#include "model/registry.h"
#include "model/state.h"

#include <stddef.h>

const struct tcn_json_word tcn_json_acts[] = {
#define ACT_WORD(name, number, word) {word, number},
    TCN_ACT_LIST(ACT_WORD)
#undef ACT_WORD
        {NULL, 0}};

const struct tcn_json_word tcn_json_severities[] = {
    {"routine", TCN_SEVERITY_ROUTINE}, {"serious", TCN_SEVERITY_SERIOUS},
    {"urgent", TCN_SEVERITY_URGENT},   {"danger", TCN_SEVERITY_DANGER},
    {"unknown", TCN_SEVERITY_UNKNOWN}, {NULL, 0}};

const struct tcn_json_word tcn_json_concerns[] = {{"nobody", TCN_CONCERNS_NOBODY},
                                                  {"unit", TCN_CONCERNS_UNIT},
                                                  {"unknown", TCN_CONCERNS_UNKNOWN},
                                                  {NULL, 0}};

const struct tcn_json_word tcn_json_modes[] = {
    {"actual", TCN_MODE_ACTUAL}, {"exercise", TCN_MODE_EXERCISE}, {NULL, 0}};

const struct tcn_json_word tcn_json_counts[] = {{"exact", TCN_COUNT_EXACT},
                                                {"at_least", TCN_COUNT_AT_LEAST},
                                                {"estimate", TCN_COUNT_ESTIMATE},
                                                {NULL, 0}};

const struct tcn_json_word tcn_json_lanes[] = {
    {"urgent", TCN_LANE_URGENT}, {"routine", TCN_LANE_ROUTINE}, {NULL, 0}};

const struct tcn_json_word tcn_json_kinds[] = {
#define KIND_WORD(name, number, word, zh, en) {word, number},
    TCN_PROCEDURE_LIST(KIND_WORD)
#undef KIND_WORD
        {NULL, 0}};

const struct tcn_json_word tcn_json_stages[] = {
#define STAGE_WORD(name, number, word, zh) {word, number},
    TCN_STAGE_LIST(STAGE_WORD)
#undef STAGE_WORD
        {NULL, 0}};

const struct tcn_json_word tcn_json_flags[] = {{"clock_ahead", TCN_FLAG_CLOCK_AHEAD},
                                               {"clock_behind", TCN_FLAG_CLOCK_BEHIND},
                                               {"unknown_domain", TCN_FLAG_UNKNOWN_DOMAIN},
                                               {"unknown_division", TCN_FLAG_UNKNOWN_DIVISION},
                                               {"stub", TCN_FLAG_STUB},
                                               {"other_division", TCN_FLAG_OTHER_DIVISION},
                                               {"lacking", TCN_FLAG_LACKING},
                                               {"early", TCN_FLAG_EARLY},
                                               {"waits", TCN_FLAG_WAITS},
                                               {"silenced", TCN_FLAG_SILENCED},
                                               {"again", TCN_FLAG_AGAIN},
                                               {NULL, 0}};

const struct tcn_json_word tcn_json_ops[] = {
    {"report", TCN_LOCAL_REPORT},   {"act", TCN_LOCAL_ACT},
    {"outbox", TCN_LOCAL_OUTBOX},   {"dead", TCN_LOCAL_DEAD},
    {"wait", TCN_LOCAL_WAIT},       {"status", TCN_LOCAL_STATUS},
    {"receipt", TCN_LOCAL_RECEIPT}, {"rotate", TCN_LOCAL_ROTATE},
    {"preview", TCN_LOCAL_PREVIEW}, {NULL, 0}};

const struct tcn_json_word tcn_json_tellings[] = {{"owner", TCN_REASON_OWNER},
                                                  {"co_recipient", TCN_REASON_CO_RECIPIENT},
                                                  {"unknown", TCN_REASON_UNKNOWN},
                                                  {"guarded", TCN_REASON_GUARDED},
                                                  {NULL, 0}};

const struct tcn_json_word tcn_json_limit_states[] = {
    {"runs", TCN_LIMIT_RUNS}, {"met", TCN_LIMIT_MET}, {"late", TCN_LIMIT_LATE}, {NULL, 0}};

const struct tcn_json_word tcn_json_confidences[] = {
    {"H", TCN_CLOCK_READ}, {"M", TCN_CLOCK_SECONDARY}, {"proposal", TCN_CLOCK_PROPOSAL}, {NULL, 0}};

const struct tcn_json_word tcn_json_key_changes[] = {{"none", TCN_KEY_CHANGE_NONE},
                                                     {"under_way", TCN_KEY_CHANGE_UNDER_WAY},
                                                     {"done", TCN_KEY_CHANGE_DONE},
                                                     {NULL, 0}};

const struct tcn_json_word tcn_json_changes[] = {
    {"invited", TCN_CHANGE_INVITED},     {"rights", TCN_CHANGE_RIGHTS},
    {"rotated", TCN_CHANGE_ROTATED},     {"revoked", TCN_CHANGE_REVOKED},
    {"organ_key", TCN_CHANGE_ORGAN_KEY}, {NULL, 0}};

const struct tcn_json_word tcn_json_roles[] = {
    {"office", TCN_ROLE_OFFICE},       {"bureau", TCN_ROLE_BUREAU}, {"watcher", TCN_ROLE_WATCHER},
    {"auditor", TCN_ROLE_AUDITOR},     {"admin", TCN_ROLE_ADMIN},   {"broker", TCN_ROLE_BROKER},
    {"collector", TCN_ROLE_COLLECTOR}, {"feed", TCN_ROLE_FEED},     {NULL, 0}};

const struct tcn_json_word tcn_json_dead_dos[] = {{"list", TCN_DEAD_LIST},
                                                  {"show", TCN_DEAD_SHOW},
                                                  {"resend", TCN_DEAD_RESEND},
                                                  {"drop", TCN_DEAD_DROP},
                                                  {NULL, 0}};

const char *tcn_json_word_of(const struct tcn_json_word *words, uint32_t number) {
    for (size_t i = 0; words[i].word != NULL; i++) {
        if (words[i].number == number) {
            return words[i].word;
        }
    }
    return NULL;
}
