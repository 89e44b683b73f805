/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two rows of "meta" that every file has: "format", the number of its format and the kind of
 * store (u4, text), and "writer", the version of the program that wrote that format first (text;
 * for people, so it is not compared). They bear no checksum: the first is compared as a whole.
 *
 *   newer, or of another kind ──▶ refused, nothing written
 *   this one                  ──▶ opened
 *   older, a way is defined   ──▶ migrated: all steps and the new format row in one transaction
 *   older, no way is defined  ──▶ refused
 */
#include "store/door.h"
#include "store/row.h"

#include <string.h>

#define FORMAT_KEY "format"
#define WRITER_KEY "writer"
#define FORMAT_VALUE_BYTES_MAX 32u

/** The format row's value: the number and the kind. */
static struct tcn_slice format_value(const struct tcn_env_layout *layout,
                                     uint8_t out_bytes[FORMAT_VALUE_BYTES_MAX]) {
    struct tcn_writer writer = tcn_writer_init(out_bytes, FORMAT_VALUE_BYTES_MAX);
    tcn_write_u32(&writer, layout->format);
    tcn_write_bytes(&writer, layout->kind, strlen(layout->kind));
    TCN_CHECK(!writer.overflowed);
    return tcn_writer_slice(&writer);
}

int tcn_env_format_put(const struct tcn_env *env, MDB_txn *txn) {
    uint8_t bytes[FORMAT_VALUE_BYTES_MAX];
    const MDB_dbi meta = env->dbs[env->layout->db_count - 1];
    MDB_val key = tcn_mdb_val(tcn_slice_text(FORMAT_KEY));
    MDB_val value = tcn_mdb_val(format_value(env->layout, bytes));
    int code = mdb_put(txn, meta, &key, &value, 0);
    if (code == MDB_SUCCESS) {
        key = tcn_mdb_val(tcn_slice_text(WRITER_KEY));
        value = tcn_mdb_val(tcn_slice_text(env->writer));
        code = mdb_put(txn, meta, &key, &value, 0);
    }
    return code;
}

/** The number in the format row, and the kind; lends from the map. */
static enum tcn_status format_read(MDB_txn *txn, MDB_dbi meta, uint32_t *out_format,
                                   struct tcn_slice *out_kind) {
    MDB_val key = tcn_mdb_val(tcn_slice_text(FORMAT_KEY));
    MDB_val value;
    const int code = mdb_get(txn, meta, &key, &value);
    if (code != MDB_SUCCESS) {
        return code == MDB_NOTFOUND ? TCN_VERSION : tcn_store_status(code);
    }
    struct tcn_reader reader = tcn_reader_init(tcn_mdb_slice(value));
    *out_format = tcn_read_u32(&reader);
    *out_kind = tcn_read_slice(&reader, tcn_reader_rest(&reader));
    return tcn_read_is_whole(&reader) ? TCN_OK : TCN_VERSION;
}

/** Whether there is a step from each format on, up to the layout's. */
static bool has_way(const struct tcn_env_layout *layout, uint32_t format) {
    if (layout->migrations == NULL || format == 0) {
        return false;
    }
    for (uint32_t from = format; from < layout->format; from++) {
        if (layout->migrations[from - 1] == NULL) {
            return false;
        }
    }
    return true;
}

enum tcn_status tcn_env_format_check(const struct tcn_env *env, MDB_txn *txn, bool *out_is_older) {
    uint32_t format = 0;
    struct tcn_slice kind;
    enum tcn_status status = format_read(txn, env->dbs[env->layout->db_count - 1], &format, &kind);
    if (status != TCN_OK) {
        return status;
    }
    const uint32_t known = env->layout->format;
    if (!tcn_slice_is_text(kind, env->layout->kind) || format > known ||
        (format < known && !has_way(env->layout, format))) {
        return TCN_VERSION;
    }
    *out_is_older = format < known;
    return TCN_OK;
}

/** The steps, one after the other, and the new format row behind them. */
static enum tcn_status migrate(struct tcn_env *env) {
    uint32_t format = 0;
    struct tcn_slice kind;
    int code = tcn_env_dbs_open(env, env->txn, MDB_CREATE);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    enum tcn_status status =
        format_read(env->txn, env->dbs[env->layout->db_count - 1], &format, &kind);
    for (uint32_t from = format; status == TCN_OK && from < env->layout->format; from++) {
        status = env->layout->migrations[from - 1](env);
    }
    return status == TCN_OK ? tcn_store_status(tcn_env_format_put(env, env->txn)) : status;
}

enum tcn_status tcn_env_format_migrate(struct tcn_env *env) {
    enum tcn_status status = tcn_env_begin(env);
    if (status != TCN_OK) {
        return status;
    }
    status = migrate(env);
    if (status != TCN_OK) {
        tcn_env_abort(env);
        return status;
    }
    return tcn_env_commit(env);
}

/** Copies text from the map, cut to its room. */
static void word_copy(struct tcn_slice text, char out_word[TCN_ENV_WORD_BYTES]) {
    const size_t size = text.size < TCN_ENV_WORD_BYTES - 1 ? text.size : TCN_ENV_WORD_BYTES - 1;
    if (size > 0) {
        memcpy(out_word, text.data, size);
    }
    out_word[size] = '\0';
}

/** The two rows of an open transaction. */
static enum tcn_status rows_look(MDB_txn *txn, char out_kind[TCN_ENV_WORD_BYTES],
                                 uint32_t *out_format, char out_writer[TCN_ENV_WORD_BYTES]) {
    MDB_dbi meta = 0;
    struct tcn_slice kind = {.size = 0};
    uint32_t format = 0;
    const int code = mdb_dbi_open(txn, "meta", 0, &meta);
    enum tcn_status status = code == MDB_NOTFOUND ? TCN_VERSION : tcn_store_status(code);
    if (status == TCN_OK) {
        status = format_read(txn, meta, &format, &kind);
    }
    if (status != TCN_OK) {
        return status;
    }
    MDB_val key = tcn_mdb_val(tcn_slice_text(WRITER_KEY));
    MDB_val value = {0};
    const bool is_signed = mdb_get(txn, meta, &key, &value) == MDB_SUCCESS;
    word_copy(kind, out_kind);
    word_copy(is_signed ? tcn_mdb_slice(value) : tcn_slice_of(NULL, 0), out_writer);
    *out_format = format;
    return TCN_OK;
}

enum tcn_status tcn_env_format_look(const char *dir, char out_kind[TCN_ENV_WORD_BYTES],
                                    uint32_t *out_format, char out_writer[TCN_ENV_WORD_BYTES]) {
    MDB_env *mdb = NULL;
    MDB_txn *txn = NULL;
    int code = mdb_env_create(&mdb);
    if (code != MDB_SUCCESS) {
        return tcn_store_status(code);
    }
    code = mdb_env_set_maxdbs(mdb, 1);
    if (code == MDB_SUCCESS) {
        code = mdb_env_open(mdb, dir, MDB_RDONLY | MDB_NOTLS, 0600);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_txn_begin(mdb, NULL, MDB_RDONLY, &txn);
    }
    enum tcn_status status = tcn_store_status(code);
    if (status == TCN_OK) {
        status = rows_look(txn, out_kind, out_format, out_writer);
        mdb_txn_abort(txn);
    }
    mdb_env_close(mdb);
    return status;
}
