/* SPDX-License-Identifier: Apache-2.0 */
/* While the broker's keys are changed everybody who writes is killed at each call: the program that
 * makes the next keys, the collector that logs them, the program that puts them in place. Begun
 * again it comes to the same end. The broker itself writes nothing. */
/* ctest-uses: client query core store wire link seal */
/* ctest-wraps: rename link fsync fdatasync unlink unlinkat rmdir mkdir write pwrite ftruncate */
/* ctest-wraps: mdb_txn_commit mdb_env_copy2 */
#include "recall_test.h"

#include "client/next_keys.h"
#include "core/broker_keys.h"
#include "query/rights.h"
#include "testlib/last_call.h"

#define CALLS_MAX 64 /* each of the three has some twenty at most */
#define UNTIL_NS (NOW_NS + 3600 * INT64_C(1000000000))
#define PATH_BYTES 256

/* A district with a broker, and the broker's key files beside it. */
struct scene {
    struct bench bench; /* closed while a child works */
    char path[PATH_BYTES];
    struct tcn_key_set older; /* of a change that is over */
    struct tcn_key_set now;   /* that genesis names */
    struct tcn_registry_change told;
};

static void beside(const struct scene *scene, const char *ending, char out_path[PATH_BYTES]) {
    const int size = snprintf(out_path, PATH_BYTES, "%s%s", scene->path, ending);
    assert_in_range(size, 1, PATH_BYTES - 1);
}

static void public_of(const struct scene *scene, char out_path[PATH_BYTES]) {
    (void)snprintf(out_path, PATH_BYTES, "%s/b.pub", scene->bench.place->base);
}

static void make_key(struct tcn_key_set *out_keys) {
    assert_int_equal(tcn_key_set_make(tcn_slice_text("broker"), false, out_keys), TCN_OK);
}

static struct scene *make_scene(void) {
    struct scene *scene = calloc(1, sizeof(*scene));
    assert_non_null(scene);
    struct bench *bench = &scene->bench;
    bench->place = place_make(TCN_MODE_ACTUAL);
    bench->now_ns = NOW_NS;
    assert_int_equal(tcn_arena_init(&bench->arena, 256 * 1024), TCN_OK);
    (void)snprintf(scene->path, sizeof(scene->path), "%s/b.key", bench->place->base);
    make_key(&scene->older);
    make_key(&scene->now);
    tcn_forge_seat_broker(&bench->place->forge, &scene->now.transport.public_key);
    tcn_forge_genesis_write(&bench->place->forge, bench->place->genesis);
    return scene;
}

static void remove_scene(struct scene *scene) {
    tcn_arena_fini(&scene->bench.arena);
    place_remove(scene->bench.place);
    tcn_key_set_fini(&scene->older);
    tcn_key_set_fini(&scene->now);
    free(scene);
}

/* The key files as a change that is over left them. */
static void put_files(const struct scene *scene) {
    char old[PATH_BYTES];
    char next[PATH_BYTES];
    char shown[PATH_BYTES];
    beside(scene, TCN_KEY_FILE_OLD, old);
    beside(scene, TCN_KEY_FILE_NEXT, next);
    public_of(scene, shown);
    (void)unlink(scene->path);
    (void)unlink(old);
    (void)unlink(next);
    (void)unlink(shown);
    assert_int_equal(tcn_key_file_write(&scene->now, scene->path), TCN_OK);
    assert_int_equal(tcn_key_file_write(&scene->older, old), TCN_OK);
    assert_int_equal(tcn_key_file_write_public(&scene->now, shown), TCN_OK);
}

static bool is_key(const struct tcn_key_set *found, const struct tcn_public_key *transport) {
    return memcmp(&found->transport.public_key, transport, sizeof(*transport)) == 0;
}

/* The file is whole, and of these keys. */
static bool holds(const char *path, const struct tcn_public_key *transport) {
    struct tcn_key_set found = {0};
    const enum tcn_status status = tcn_key_file_read(path, &found);
    const bool is_it = status == TCN_OK && is_key(&found, transport);
    tcn_key_set_fini(&found);
    return is_it;
}

/* Makes the next keys, or finds them. */
static enum tcn_status make_next(struct scene *scene) {
    return tcn_next_keys_make(scene->path, &scene->bench.place->forge.log_id, TCN_FORGE_FEED,
                              UNTIL_NS, &scene->told);
}

static void make_and_die(void *context) {
    last_call_begin();
    if (make_next(context) != TCN_OK) {
        _exit(1);
    }
}

/* The keys in use are untouched; the next are whole or not there, and stay what they are. */
static bool is_killed_making(struct scene *scene, uint32_t call) {
    char next[PATH_BYTES];
    struct tcn_key_set found = {0};
    beside(scene, TCN_KEY_FILE_NEXT, next);
    put_files(scene);
    const bool is_killed = last_call_dies(make_and_die, scene, call);
    assert_true(holds(scene->path, &scene->now.transport.public_key));
    const enum tcn_status status = tcn_key_file_read(next, &found);
    assert_true(status == TCN_OK || (is_killed && status == TCN_ABSENT));
    assert_int_equal(make_next(scene), TCN_OK);
    assert_true(status == TCN_ABSENT || is_key(&found, &scene->told.transport_key));
    assert_true(holds(next, &scene->told.transport_key));
    tcn_key_set_fini(&found);
    return is_killed;
}

static void whoever_makes_the_keys_makes_them_once(void **state) {
    (void)state;
    struct scene *scene = make_scene();
    uint32_t call = 1;
    while (is_killed_making(scene, call)) {
        assert_true(++call < CALLS_MAX);
    }
    assert_true(call > 5); /* written, synced, named, the other name gone, the folder synced */
    remove_scene(scene);
}

/* The administrator says HELLO and enters the change; gives the mark that the lane had. */
static uint64_t enter(struct scene *scene) {
    struct bench *bench = &scene->bench;
    const struct tcn_forge *forge = &bench->place->forge;
    const struct tcn_event event = {.format = TCN_EVENT_FORMAT,
                                    .act = TCN_ACT_REGISTRY_CHANGED,
                                    .mode = TCN_MODE_ACTUAL,
                                    .body_kind = TCN_BODY_REGISTRY,
                                    .registry = &scene->told};
    const struct tcn_hello said = tcn_forge_hello(forge, TCN_FORGE_ADMIN, TCN_LANE_ROUTINE);
    hello(bench, &said);
    const uint64_t mark = bench->welcome.mark_sequence;
    tcn_forge_chunk_begin(&bench->chunk, forge, TCN_FORGE_ADMIN, 1, NULL);
    tcn_forge_chunk_event(&bench->chunk, &event, (struct tcn_slice){0});
    tcn_forge_chunk_seal(&bench->chunk, forge, TCN_FORGE_ADMIN);
    begin(bench);
    put(bench, TCN_FORGE_ADMIN, TCN_KIND_CHUNK);
    commit(bench, 1);
    assert_int_equal(answer(bench, 0), TCN_KIND_ACK);
    return mark;
}

/* The stores of a collector that was founded, or what was kept of them in their place. */
static void copy_stores(const struct scene *scene, bool is_kept) {
    static const char *const stores[] = {"log", "state", "shares"};
    for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
        char kept[PATH_BYTES];
        char store[PATH_BYTES];
        (void)snprintf(kept, sizeof(kept), "%s/%s.kept", scene->bench.place->base, stores[i]);
        (void)snprintf(store, sizeof(store), "%s/%s/data.mdb", scene->bench.place->dir, stores[i]);
        file_copy(is_kept ? kept : store, is_kept ? store : kept);
    }
}

/* A collector that is founded once, with the next keys made: each child has it as it was then. */
static struct scene *make_founded_scene(void) {
    struct scene *scene = make_scene();
    put_files(scene);
    assert_int_equal(make_next(scene), TCN_OK);
    open_bench(&scene->bench, false);
    close_bench(&scene->bench);
    copy_stores(scene, false);
    return scene;
}

static void log_and_die(void *context) {
    struct scene *scene = context;
    last_call_begin();
    open_bench(&scene->bench, false);
    (void)enter(scene);
    close_bench(&scene->bench);
}

/* What everybody is told by the log as it stands on disk. */
static struct tcn_broker_keys told_by(struct bench *bench) {
    struct tcn_rights rights = {0};
    struct tcn_log_reader *reader = NULL;
    struct tcn_broker_keys keys;
    assert_int_equal(tcn_log_reader_open(bench->house.log, &reader), TCN_OK);
    assert_int_equal(tcn_rights_init(&rights, &bench->house.charter), TCN_OK);
    assert_int_equal(tcn_rights_load(&rights, reader, UINT64_MAX), TCN_OK);
    tcn_broker_keys_of(tcn_rights_registry(&rights), &keys);
    tcn_rights_fini(&rights);
    tcn_log_reader_close(&reader);
    return keys;
}

/* Whatever is there, what the agent sends again is in the log once, and both keys are told. */
static bool is_killed_logging(struct scene *scene, uint32_t call, bool *out_was_logged) {
    struct bench *bench = &scene->bench;
    copy_stores(scene, true);
    const bool is_killed = last_call_dies(log_and_die, scene, call);
    open_bench(bench, false);
    struct tcn_broker_keys keys = told_by(bench);
    *out_was_logged = keys.count == 2;
    const uint64_t position = tcn_ledger_position(bench->ledger);
    assert_int_equal(enter(scene), *out_was_logged ? 1 : 0);
    assert_true(!*out_was_logged || tcn_ledger_position(bench->ledger) == position);
    keys = told_by(bench);
    assert_int_equal(keys.count, 2);
    assert_memory_equal(&keys.list[0].key, &scene->told.transport_key, 32);
    assert_true(keys.list[0].until_ns == 0);
    assert_memory_equal(&keys.list[1].key, &scene->now.transport.public_key, 32);
    assert_true(keys.list[1].until_ns == UNTIL_NS);
    close_bench(bench);
    return is_killed;
}

static void whoever_logs_the_change_logs_it_once(void **state) {
    (void)state;
    struct scene *scene = make_founded_scene();
    bool was_before = false;
    bool is_killed = true;
    uint32_t missing = 0;
    uint32_t call = 0;
    while (is_killed) {
        bool was_logged = false;
        assert_true(++call < CALLS_MAX);
        is_killed = is_killed_logging(scene, call, &was_logged);
        assert_true(was_logged || !was_before); /* what is committed is not taken back */
        was_before = was_logged;
        missing += was_logged ? 0 : 1;
    }
    assert_true(was_before);
    assert_true(missing > 0 && call > missing + 1); /* both sides were met */
    remove_scene(scene);
}

static void swap_and_die(void *context) {
    const struct scene *scene = context;
    last_call_begin();
    if (tcn_next_keys_use(scene->path) != TCN_OK) {
        _exit(1);
    }
}

/* A broker that is started now has whole keys, either of which everybody knows. Swapped once more,
 * if it was not done, it has the next. */
static bool is_killed_swapping(struct scene *scene, uint32_t call, bool *out_is_next) {
    const struct tcn_public_key *now = &scene->now.transport.public_key;
    const struct tcn_public_key *next = &scene->told.transport_key;
    char old[PATH_BYTES];
    char shown[PATH_BYTES];
    struct tcn_key_set found = {0};
    beside(scene, TCN_KEY_FILE_OLD, old);
    public_of(scene, shown);
    put_files(scene);
    assert_int_equal(make_next(scene), TCN_OK);
    const bool is_killed = last_call_dies(swap_and_die, scene, call);
    *out_is_next = holds(scene->path, next);
    assert_true(*out_is_next || holds(scene->path, now));
    assert_int_equal(tcn_next_keys_use(scene->path), *out_is_next ? TCN_ABSENT : TCN_OK);
    assert_true(holds(scene->path, next));
    assert_true(holds(old, now));
    assert_int_equal(tcn_key_file_read_public(shown, &found), TCN_OK);
    assert_true(is_key(&found, next));
    return is_killed;
}

static void whoever_puts_the_keys_in_place_leaves_whole_ones(void **state) {
    (void)state;
    struct scene *scene = make_scene();
    bool was_next = false;
    bool is_killed = true;
    uint32_t now_count = 0;
    uint32_t call = 0;
    while (is_killed) {
        bool is_next = false;
        assert_true(++call < CALLS_MAX);
        is_killed = is_killed_swapping(scene, call, &is_next);
        assert_true(is_next || !was_next);
        was_next = is_next;
        now_count += is_next ? 0 : 1;
    }
    assert_true(was_next);
    assert_true(now_count > 5 && call > now_count + 1);
    remove_scene(scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_makes_the_keys_makes_them_once),
        cmocka_unit_test(whoever_logs_the_change_logs_it_once),
        cmocka_unit_test(whoever_puts_the_keys_in_place_leaves_whole_ones),
    };
    return cmocka_run_group_tests_name("broker_key_kill", tests, NULL, NULL);
}
