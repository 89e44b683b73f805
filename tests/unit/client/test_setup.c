/* SPDX-License-Identifier: Apache-2.0 */
/* ctest-single: it makes no thread */
#include "client/setup.h"

#include "client/names.h"
#include "seal/init.h"
#include "seal/key.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct tcn_organ organs[] = {
    {.number = 1, .id = "district_desk", .kind = TCN_ORGAN_DESK},
    {.number = 2, .id = "petition_bureau", .kind = TCN_ORGAN_BUREAU, .place_parent = 1},
    {.number = 200, .id = "office_a", .kind = TCN_ORGAN_OFFICE, .place_parent = 1},
    {.number = 201, .id = "office_b", .kind = TCN_ORGAN_OFFICE, .place_parent = 1},
};
static const struct tcn_domain domains[] = {{.id = "petition", .owner = 2, .is_petition = true}};
static const struct tcn_division divisions[] = {
    {.code = 520502012000, .name = "A", .office = 200, .is_managed = true},
    {.code = 520502101000, .name = "B", .office = 201, .is_managed = true}};
static const struct tcn_clock_rule rules[] = {{.id = "reply",
                                               .unit = TCN_CLOCK_CALENDAR_DAYS,
                                               .amount = 15,
                                               .bound = TCN_CLOCK_AT_MOST,
                                               .owes = TCN_CLOCK_HOLDER,
                                               .starts = {{.act = TCN_ACT_REPORTED}},
                                               .start_count = 1,
                                               .start_time = TCN_CLOCK_LEARNED,
                                               .stops = {{.act = TCN_ACT_REPLIED}},
                                               .stop_count = 1,
                                               .stop_time = TCN_CLOCK_RECORDED,
                                               .domains = {"petition"},
                                               .domain_count = 1,
                                               .confidence = TCN_CLOCK_READ}};
static const uint16_t years[] = {2026};
static const struct tcn_clock_table clocks = {
    .rules = rules, .rule_count = 1, .calendar = {.years = years, .year_count = 1}};
static const struct tcn_level levels[] = {
    {.id = "ordinary", .kind = TCN_LEVEL_ACCIDENT, .rank = 1}};
static const struct tcn_domain_rules added[] = {{.id = "petition"}};
static const struct tcn_rules more = {
    .levels = levels, .level_count = 1, .domains = added, .domain_count = 1};
static const struct tcn_policy policy = {.version = 3,
                                         .title = "test",
                                         .organs = organs,
                                         .organ_count = 4,
                                         .domains = domains,
                                         .domain_count = 1,
                                         .divisions = divisions,
                                         .division_count = 2,
                                         .clocks = &clocks,
                                         .rules = &more,
                                         .desk = 1};

/* A folder, and its files by name. */
struct place {
    char dir[64];
    char path[256];
};

static const char *path_of(struct place *place, const char *name) {
    (void)snprintf(place->path, sizeof place->path, "%s/%s", place->dir, name);
    return place->path;
}

static int make(void **state) {
    struct place *place = calloc(1, sizeof *place);
    assert_non_null(place);
    assert_int_equal(tcn_seal_init(), TCN_OK);
    (void)snprintf(place->dir, sizeof place->dir, P_tmpdir "/tocsin-setup-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    *state = place;
    return 0;
}

/* Removes the files of a folder, and the folder. */
static void remove_folder(const char *dir) {
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, NULL, NULL);
    for (int index = 0; index < count; index++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", dir, entries[index]->d_name);
        (void)unlink(path);
        free(entries[index]);
    }
    free(entries);
    (void)rmdir(dir);
}

static int unmake(void **state) {
    struct place *place = *state;
    remove_folder(path_of(place, "keys"));
    remove_folder(place->dir);
    assert_int_equal(access(place->dir, F_OK), -1);
    free(place);
    return 0;
}

static struct tcn_setup_options options_of(const struct place *place) {
    return (struct tcn_setup_options){
        .dir = place->dir, .policy = &policy, .office_count = 1, .now_ns = 1000};
}

static void what_is_founded_decodes_and_verifies(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup setup;
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    assert_int_equal(setup.genesis.created_ns, 1000);
    assert_int_equal(setup.genesis.mode, TCN_MODE_ACTUAL);
    /* collector, broker, auditor, an agent and a watcher of desk, bureau and one office, and two
     * administrators */
    assert_int_equal(setup.registry.principal_count, 11);
    const struct tcn_principal *collector = tcn_setup_find(&setup, "collector");
    assert_non_null(collector);
    assert_int_equal(collector->id, TCN_COLLECTOR_PRINCIPAL);
    const struct tcn_principal *office = tcn_setup_find(&setup, "office_a");
    assert_non_null(office);
    assert_int_equal(office->role, TCN_ROLE_OFFICE);
    assert_true(tcn_principal_may_report(office, 520502012000));
    assert_false(tcn_principal_may_report(office, 520502101000));
    assert_null(tcn_setup_find(&setup, "office_b"));
    const struct tcn_principal *watcher = tcn_setup_find(&setup, "watch.petition_bureau");
    assert_non_null(watcher);
    assert_true(tcn_principal_may_read(watcher, 2));
    assert_false(tcn_principal_may_read(watcher, 1));
    assert_int_equal(watcher->source, 0);
    tcn_setup_fini(&setup);
    tcn_setup_fini(&setup);
}

static void what_is_founded_carries_clocks_and_levels(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup setup;
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    assert_string_equal(setup.policy.clocks->rules[0].id, "reply");
    assert_string_equal(setup.policy.clocks->rules[0].domains[0], "petition");
    assert_int_equal(setup.policy.clocks->calendar.years[0], 2026);
    assert_string_equal(setup.policy.rules->levels[0].id, "ordinary");
    struct tcn_names names;
    assert_int_equal(tcn_names_load(place->dir, &setup.genesis.collector_key, &names), TCN_OK);
    assert_int_equal(names.policy.clocks->rules[0].amount, 15);
    assert_int_equal(names.policy.rules->domain_count, 1);
    tcn_names_fini(&names);
    tcn_setup_fini(&setup);
}

static void the_key_files_belong_to_the_registry(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup setup;
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    struct tcn_key_set agent;
    struct tcn_key_set watcher;
    struct stat info;
    assert_int_equal(tcn_key_file_read(path_of(place, "keys/petition_bureau.key"), &agent), TCN_OK);
    assert_int_equal(stat(place->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(tcn_key_file_read(path_of(place, "keys/watch.petition_bureau.key"), &watcher),
                     TCN_OK);
    const struct tcn_principal *row = tcn_setup_find(&setup, "petition_bureau");
    assert_non_null(row);
    assert_memory_equal(&row->signing_key, &agent.signing.public_key, sizeof row->signing_key);
    assert_memory_equal(&row->transport_key, &agent.transport.public_key,
                        sizeof row->transport_key);
    /* One sealing key for the organ, and nothing else in common. */
    assert_memory_equal(&agent.seal, &watcher.seal, sizeof agent.seal);
    assert_memory_not_equal(&agent.transport, &watcher.transport, sizeof agent.transport);
    assert_memory_not_equal(&agent.signing, &watcher.signing, sizeof agent.signing);
    assert_int_equal(setup.registry.organ_key_count, 3);
    tcn_key_set_fini(&agent);
    tcn_key_set_fini(&watcher);
    tcn_setup_fini(&setup);
}

static void two_administrators_speak_for_no_organ_and_come_last(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup setup;
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    const struct tcn_principal *admin = tcn_setup_find(&setup, TCN_SETUP_ADMIN);
    const struct tcn_principal *spare = tcn_setup_find(&setup, TCN_SETUP_ADMIN_SPARE);
    assert_non_null(admin);
    assert_non_null(spare);
    assert_int_equal(admin->id, 10);
    assert_int_equal(spare->id, 11);
    assert_int_equal(admin->source, 4); /* after desk, bureau and office */
    assert_int_equal(spare->source, 5);
    for (const struct tcn_principal *row = admin; row <= spare; row++) {
        assert_int_equal(row->role, TCN_ROLE_ADMIN);
        assert_int_equal(row->status, TCN_PRINCIPAL_ACTIVE);
        assert_int_equal(row->organ, 0);
        assert_int_equal(row->stream_count, 0);
        assert_false(row->all_streams || row->all_divisions);
        char name[128];
        struct tcn_key_set keys;
        (void)snprintf(name, sizeof name, "keys/%s.key", row->name);
        assert_int_equal(tcn_key_file_read(path_of(place, name), &keys), TCN_OK);
        assert_memory_equal(&row->signing_key, &keys.signing.public_key, sizeof row->signing_key);
        tcn_key_set_fini(&keys);
    }
    tcn_setup_fini(&setup);
}

static void nothing_is_founded_twice(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup before;
    struct tcn_setup after;
    assert_int_equal(tcn_setup_load(place->dir, &before), TCN_OK);
    assert_int_equal(tcn_setup_make(&options), TCN_EXISTS);
    assert_int_equal(tcn_setup_load(place->dir, &after), TCN_OK);
    assert_memory_equal(&before.genesis.log_id, &after.genesis.log_id, sizeof(struct tcn_id));
    tcn_setup_fini(&before);
    tcn_setup_fini(&after);
}

static void a_feed_speaks_for_all_and_agents_are_not_made(void **state) {
    struct place *place = *state;
    struct tcn_setup_options options = options_of(place);
    options.is_feed = true;
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    struct tcn_setup setup;
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    assert_int_equal(setup.genesis.mode, TCN_MODE_EXERCISE);
    const struct tcn_principal *feed = tcn_setup_find(&setup, "feed");
    assert_non_null(feed);
    assert_int_equal(feed->role, TCN_ROLE_FEED);
    assert_true(tcn_principal_may_report(feed, 520502101000));
    assert_null(tcn_setup_find(&setup, "petition_bureau"));
    assert_null(tcn_setup_find(&setup, TCN_SETUP_ADMIN));
    assert_null(tcn_setup_find(&setup, TCN_SETUP_ADMIN_SPARE));
    assert_non_null(tcn_setup_find(&setup, "watch.petition_bureau"));
    tcn_setup_fini(&setup);
}

/* Changes one byte of a file. */
static void damage(const char *path, long offset) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, offset, offset < 0 ? SEEK_END : SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    assert_int_not_equal(fputc(byte ^ 1, file), EOF);
    assert_int_equal(fclose(file), 0);
}

static void a_changed_genesis_is_not_believed(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    struct tcn_setup setup = {0};
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_ABSENT);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    damage(path_of(place, "genesis.bin"), -1);
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_BAD_SIGNATURE);
    damage(place->path, -1);
    damage(place->path, 3); /* of the size in front */
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_MALFORMED);
    assert_int_equal(truncate(place->path, 2), 0);
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_MALFORMED);
}

static void names_are_believed_from_their_collector_only(void **state) {
    struct place *place = *state;
    const struct tcn_setup_options options = options_of(place);
    struct tcn_names names;
    struct tcn_setup setup;
    const struct tcn_public_key other = {{1}};
    assert_int_equal(tcn_names_load(place->dir, &other, &names), TCN_ABSENT);
    assert_int_equal(tcn_setup_make(&options), TCN_OK);
    assert_int_equal(tcn_setup_load(place->dir, &setup), TCN_OK);
    assert_int_equal(tcn_names_load(place->dir, &other, &names), TCN_BAD_SIGNATURE);
    assert_int_equal(tcn_names_load(place->dir, &setup.genesis.collector_key, &names), TCN_OK);
    assert_int_equal(names.policy.version, 3);
    const struct tcn_organ *organ =
        tcn_policy_organ_by_id(&names.policy, tcn_slice_text("office_b"));
    assert_non_null(organ);
    assert_int_equal(organ->number, 201);
    assert_int_equal(names.bundle.mode, TCN_MODE_ACTUAL);
    tcn_names_fini(&names);
    tcn_names_fini(&names);
    damage(path_of(place, "bundle.bin"), 40);
    assert_int_equal(tcn_names_load(place->dir, &setup.genesis.collector_key, &names),
                     TCN_BAD_SIGNATURE);
    tcn_setup_fini(&setup);
}

static void a_folder_that_is_not_there_is_not_made(void **state) {
    struct place *place = *state;
    struct tcn_setup_options options = options_of(place);
    options.dir = path_of(place, "nowhere");
    assert_int_equal(tcn_setup_make(&options), TCN_ABSENT);
    char name[TCN_WORD_BYTES_MAX + 1];
    char organ[TCN_WORD_BYTES_MAX + 1] = {0};
    memset(organ, 'a', sizeof organ - 1);
    assert_int_equal(tcn_setup_watcher_name(organ, name), TCN_TOOBIG);
    assert_int_equal(tcn_setup_watcher_name("office_a", name), TCN_OK);
    assert_string_equal(name, "watch.office_a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_not_made, make, unmake),
        cmocka_unit_test_setup_teardown(nothing_is_founded_twice, make, unmake),
        cmocka_unit_test_setup_teardown(a_changed_genesis_is_not_believed, make, unmake),
        cmocka_unit_test_setup_teardown(names_are_believed_from_their_collector_only, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_founded_decodes_and_verifies, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_founded_carries_clocks_and_levels, make, unmake),
        cmocka_unit_test_setup_teardown(two_administrators_speak_for_no_organ_and_come_last, make,
                                        unmake),
        cmocka_unit_test_setup_teardown(the_key_files_belong_to_the_registry, make, unmake),
        cmocka_unit_test_setup_teardown(a_feed_speaks_for_all_and_agents_are_not_made, make,
                                        unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
