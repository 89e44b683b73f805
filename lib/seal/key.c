/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/key.h"

#include "base/text.h"
#include "seal/init.h"
#include "seal/key_file.h"
#include "seal/random.h"

#include <sodium.h>
#include <string.h>

#define HEADING "tocsin-key "
#define HEADING_1 HEADING "1"
#define KEY_BYTES 32

_Static_assert(crypto_scalarmult_BYTES == KEY_BYTES, "X25519");

/** Makes an X25519 public key of its secret. */
static void x25519_public(const uint8_t secret[KEY_BYTES], struct tcn_public_key *out_key) {
    int failed = crypto_scalarmult_base(out_key->bytes, secret);
    TCN_CHECK(failed == 0);
}

void tcn_seal_key_make(struct tcn_seal_key *out_key) {
    tcn_random_bytes(out_key->secret, sizeof out_key->secret);
    x25519_public(out_key->secret, &out_key->public_key);
}

enum tcn_status tcn_key_set_make(struct tcn_slice name, bool has_seal,
                                 struct tcn_key_set *out_set) {
    if (!tcn_text_is_word(name)) {
        return TCN_BAD_VALUE;
    }
    struct tcn_key_set set = {.has_secrets = true, .has_seal = has_seal};
    memcpy(set.name, name.data, name.size); /* a word fits: it has at most 63 bytes */
    uint8_t seed[TCN_SIGNING_SEED_BYTES];
    tcn_random_bytes(seed, sizeof seed);
    tcn_signing_key_from_seed(seed, &set.signing);
    tcn_secret_wipe(seed, sizeof seed);
    tcn_random_bytes(set.transport.secret, sizeof set.transport.secret);
    x25519_public(set.transport.secret, &set.transport.public_key);
    if (has_seal) {
        tcn_seal_key_make(&set.seal);
    }
    *out_set = set;
    tcn_secret_wipe(&set, sizeof set);
    return TCN_OK;
}

void tcn_key_set_fini(struct tcn_key_set *set) {
    if (set != NULL) {
        tcn_secret_wipe(set, sizeof *set);
    }
}

/** Writes "label <64 hex>\n". */
static void write_key(struct tcn_writer *writer, const char *label,
                      const uint8_t bytes[KEY_BYTES]) {
    char hex[2 * KEY_BYTES + 1];
    tcn_hex_encode(bytes, KEY_BYTES, hex);
    tcn_write_bytes(writer, label, strlen(label));
    tcn_write_u8(writer, ' ');
    tcn_write_bytes(writer, hex, sizeof hex - 1);
    tcn_write_u8(writer, '\n');
    tcn_secret_wipe(hex, sizeof hex);
}

/** Lays the file out. */
static void write_set(struct tcn_writer *writer, const struct tcn_key_set *set, bool with_secrets) {
    static const char heading[] = HEADING_1 "\nname ";
    tcn_write_bytes(writer, heading, sizeof heading - 1);
    tcn_write_bytes(writer, set->name, strlen(set->name));
    tcn_write_u8(writer, '\n');
    write_key(writer, "transport-public", set->transport.public_key.bytes);
    if (with_secrets) {
        write_key(writer, "transport-secret", set->transport.secret);
    }
    write_key(writer, "signing-public", set->signing.public_key.bytes);
    if (with_secrets) {
        write_key(writer, "signing-seed", set->signing.secret); /* its first half is the seed */
    }
    if (set->has_seal) {
        write_key(writer, "seal-public", set->seal.public_key.bytes);
    }
    if (set->has_seal && with_secrets) {
        write_key(writer, "seal-secret", set->seal.secret);
        for (uint32_t i = 0; i < set->seal_old_count; i++) {
            write_key(writer, "seal-old-public", set->seals_old[i].public_key.bytes);
            write_key(writer, "seal-old-secret", set->seals_old[i].secret);
        }
    }
    TCN_CHECK(!writer->overflowed);
}

enum tcn_status tcn_key_file_write(const struct tcn_key_set *set, const char *path) {
    TCN_CHECK(set->has_secrets);
    uint8_t text[TCN_KEY_FILE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(text, sizeof text);
    write_set(&writer, set, true);
    enum tcn_status status = tcn_key_file_create(path, tcn_writer_slice(&writer), 0600);
    tcn_secret_wipe(text, sizeof text);
    return status;
}

enum tcn_status tcn_key_file_write_public(const struct tcn_key_set *set, const char *path) {
    uint8_t text[TCN_KEY_FILE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(text, sizeof text);
    write_set(&writer, set, false);
    return tcn_key_file_create(path, tcn_writer_slice(&writer), 0644);
}

/** Takes the next line as a key. */
static void read_key(struct tcn_reader *reader, const char *label, uint8_t out_bytes[KEY_BYTES]) {
    struct tcn_slice hex = tcn_read_labelled(reader, label);
    if (tcn_hex_decode(hex, out_bytes, KEY_BYTES) != TCN_OK) {
        reader->underflowed = true;
    }
}

/** Takes the pairs to the file's end, as many as there may be. */
static void read_seals_old(struct tcn_reader *reader, struct tcn_key_set *out_set) {
    for (uint32_t i = 0; i < TCN_SEALS_OLD_MAX && tcn_reader_rest(reader) > 0; i++) {
        struct tcn_seal_key *key = &out_set->seals_old[i];
        read_key(reader, "seal-old-public", key->public_key.bytes);
        read_key(reader, "seal-old-secret", key->secret);
        out_set->seal_old_count++;
    }
}

/** Reads a file's lines; the reader is underflowed when they are not as they should be. */
static void read_set(struct tcn_reader *reader, bool with_secrets, struct tcn_key_set *out_set) {
    struct tcn_slice name = tcn_read_labelled(reader, "name");
    if (!tcn_text_is_word(name)) {
        reader->underflowed = true;
        return;
    }
    memcpy(out_set->name, name.data, name.size);
    uint8_t seed[TCN_SIGNING_SEED_BYTES] = {0};
    read_key(reader, "transport-public", out_set->transport.public_key.bytes);
    if (with_secrets) {
        read_key(reader, "transport-secret", out_set->transport.secret);
    }
    read_key(reader, "signing-public", out_set->signing.public_key.bytes);
    if (with_secrets) {
        read_key(reader, "signing-seed", seed);
        memcpy(out_set->signing.secret, seed, sizeof seed);
        tcn_secret_wipe(seed, sizeof seed);
    }
    out_set->has_secrets = with_secrets;
    out_set->has_seal = tcn_reader_rest(reader) > 0;
    if (out_set->has_seal) {
        read_key(reader, "seal-public", out_set->seal.public_key.bytes);
    }
    if (out_set->has_seal && with_secrets) {
        read_key(reader, "seal-secret", out_set->seal.secret);
        read_seals_old(reader, out_set);
    }
}

/** True when each older public key belongs to its secret. */
static bool is_seals_old_good(const struct tcn_key_set *set) {
    bool is_good = true;
    for (uint32_t i = 0; i < set->seal_old_count; i++) {
        struct tcn_public_key made;
        x25519_public(set->seals_old[i].secret, &made);
        is_good = is_good && sodium_memcmp(&made, &set->seals_old[i].public_key, KEY_BYTES) == 0;
    }
    return is_good;
}

/** Completes the signing secret and checks that every public key belongs to its secret. */
static enum tcn_status check_pairs(struct tcn_key_set *set) {
    uint8_t seed[TCN_SIGNING_SEED_BYTES];
    memcpy(seed, set->signing.secret, sizeof seed);
    struct tcn_key_set made = {0};
    tcn_signing_key_from_seed(seed, &made.signing);
    tcn_secret_wipe(seed, sizeof seed);
    x25519_public(set->transport.secret, &made.transport.public_key);
    if (set->has_seal) {
        x25519_public(set->seal.secret, &made.seal.public_key);
    }
    bool is_good = is_seals_old_good(set);
    is_good =
        is_good &&
        sodium_memcmp(&made.signing.public_key, &set->signing.public_key, KEY_BYTES) == 0 &&
        sodium_memcmp(&made.transport.public_key, &set->transport.public_key, KEY_BYTES) == 0 &&
        sodium_memcmp(&made.seal.public_key, &set->seal.public_key, KEY_BYTES) == 0;
    set->signing = made.signing;
    tcn_secret_wipe(&made, sizeof made);
    return is_good ? TCN_OK : TCN_CORRUPT;
}

/** Reads the text of a key file. */
static enum tcn_status set_from_text(struct tcn_slice text, bool with_secrets,
                                     struct tcn_key_set *out_set) {
    struct tcn_reader reader = tcn_reader_init(text);
    struct tcn_slice heading = tcn_read_line(&reader);
    if (!tcn_slice_is_text(heading, HEADING_1)) {
        bool is_newer = heading.size > sizeof HEADING - 1 &&
                        memcmp(heading.data, HEADING, sizeof HEADING - 1) == 0;
        return is_newer ? TCN_VERSION : TCN_MALFORMED;
    }
    read_set(&reader, with_secrets, out_set);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_MALFORMED;
    }
    return with_secrets ? check_pairs(out_set) : TCN_OK;
}

/** Reads a key file of either kind. */
static enum tcn_status read_file(const char *path, bool with_secrets, struct tcn_key_set *out_set) {
    uint8_t text[TCN_KEY_FILE_BYTES_MAX];
    size_t size = 0;
    enum tcn_status status = tcn_key_file_load(path, with_secrets, text, &size);
    if (status == TCN_OK) {
        struct tcn_key_set set = {0};
        status = set_from_text(tcn_slice_of(text, size), with_secrets, &set);
        if (status == TCN_OK) {
            *out_set = set;
        }
        tcn_secret_wipe(&set, sizeof set);
    }
    tcn_secret_wipe(text, sizeof text);
    return status;
}

enum tcn_status tcn_key_file_read(const char *path, struct tcn_key_set *out_set) {
    return read_file(path, true, out_set);
}

enum tcn_status tcn_key_file_read_public(const char *path, struct tcn_key_set *out_set) {
    return read_file(path, false, out_set);
}
