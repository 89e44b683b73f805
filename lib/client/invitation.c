/* SPDX-License-Identifier: Apache-2.0 */
#include "client/invitation.h"

#include "base/text.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "seal/key.h"
#include "seal/key_file.h"
#include "seal/random.h"

#include <string.h>

#define HEADING "tocsin-invitation "
#define HEADING_1 HEADING "1"
#define CHECK_BYTES 8
#define HEX_BYTES_MAX 32

void tcn_invitation_token(struct tcn_id *out_token, struct tcn_hash *out_hash) {
    tcn_random_bytes(out_token->bytes, sizeof out_token->bytes);
    *out_hash = tcn_hash_of(tcn_slice_of(out_token->bytes, sizeof out_token->bytes));
}

void tcn_invitation_fini(struct tcn_invitation *invitation) {
    tcn_secret_wipe(invitation, sizeof *invitation);
}

static void write_text(struct tcn_writer *writer, const char *label, const char *text) {
    tcn_write_bytes(writer, label, strlen(label));
    tcn_write_u8(writer, ' ');
    tcn_write_bytes(writer, text, strlen(text));
    tcn_write_u8(writer, '\n');
}

static void write_hex(struct tcn_writer *writer, const char *label, const uint8_t *bytes,
                      size_t size) {
    char hex[2 * HEX_BYTES_MAX + 1];
    TCN_CHECK(size <= HEX_BYTES_MAX);
    tcn_hex_encode(bytes, size, hex);
    write_text(writer, label, hex);
    tcn_secret_wipe(hex, sizeof hex);
}

static void write_lines(struct tcn_writer *writer, const struct tcn_invitation *invitation) {
    char until[TCN_TIME_TEXT_BYTES];
    tcn_text_from_time(invitation->until_ns, until);
    tcn_write_bytes(writer, HEADING_1 "\n", sizeof HEADING_1);
    write_text(writer, "name", invitation->name);
    write_text(writer, "until", until);
    write_text(writer, "door", invitation->door);
    write_text(writer, "front", invitation->front);
    write_hex(writer, "broker-key", invitation->broker_key.bytes,
              sizeof invitation->broker_key.bytes);
    write_hex(writer, "log-id", invitation->log_id.bytes, sizeof invitation->log_id.bytes);
    write_hex(writer, "collector-key", invitation->collector_key.bytes,
              sizeof invitation->collector_key.bytes);
    write_hex(writer, "token", invitation->token.bytes, sizeof invitation->token.bytes);
    const struct tcn_hash check = tcn_hash_of(tcn_writer_slice(writer));
    write_hex(writer, "check", check.bytes, CHECK_BYTES);
    TCN_CHECK(!writer->overflowed); /* two addresses of 255 bytes and short lines fit */
}

enum tcn_status tcn_invitation_write(const struct tcn_invitation *invitation, const char *path) {
    uint8_t text[TCN_KEY_FILE_BYTES_MAX];
    struct tcn_writer writer = tcn_writer_init(text, sizeof text);
    write_lines(&writer, invitation);
    const enum tcn_status status = tcn_key_file_create(path, tcn_writer_slice(&writer), 0600);
    tcn_secret_wipe(text, sizeof text);
    return status;
}

static void read_text(struct tcn_reader *reader, const char *label, char *out_text, size_t size) {
    const struct tcn_slice text = tcn_read_labelled(reader, label);
    if (reader->underflowed || tcn_text_copy(text, out_text, size) != TCN_OK) {
        reader->underflowed = true;
    }
}

static void read_hex(struct tcn_reader *reader, const char *label, uint8_t *out_bytes,
                     size_t size) {
    if (tcn_hex_decode(tcn_read_labelled(reader, label), out_bytes, size) != TCN_OK) {
        reader->underflowed = true;
    }
}

/* Reads the lines behind the heading; the reader is underflowed when they are not as they should
 * be. Gives the bytes that the last line is the check of. */
static struct tcn_slice read_lines(struct tcn_reader *reader, struct tcn_invitation *out_made,
                                   uint8_t out_check[CHECK_BYTES]) {
    read_text(reader, "name", out_made->name, sizeof out_made->name);
    if (tcn_text_to_time(tcn_read_labelled(reader, "until"), &out_made->until_ns) != TCN_OK) {
        reader->underflowed = true;
    }
    read_text(reader, "door", out_made->door, sizeof out_made->door);
    read_text(reader, "front", out_made->front, sizeof out_made->front);
    read_hex(reader, "broker-key", out_made->broker_key.bytes, sizeof out_made->broker_key.bytes);
    read_hex(reader, "log-id", out_made->log_id.bytes, sizeof out_made->log_id.bytes);
    read_hex(reader, "collector-key", out_made->collector_key.bytes,
             sizeof out_made->collector_key.bytes);
    read_hex(reader, "token", out_made->token.bytes, sizeof out_made->token.bytes);
    const struct tcn_slice checked = tcn_slice_of(reader->data, reader->offset);
    read_hex(reader, "check", out_check, CHECK_BYTES);
    return checked;
}

/* Its first line says what it is; everything else must be as it was written. */
static enum tcn_status decode(struct tcn_slice text, struct tcn_invitation *out_made) {
    struct tcn_reader reader = tcn_reader_init(text);
    const struct tcn_slice heading = tcn_read_line(&reader);
    if (!tcn_slice_is_text(heading, HEADING_1)) {
        const bool is_newer = heading.size >= sizeof HEADING &&
                              memcmp(heading.data, HEADING, sizeof HEADING - 1) == 0;
        return is_newer ? TCN_VERSION : TCN_MALFORMED;
    }
    uint8_t check[CHECK_BYTES] = {0};
    const struct tcn_slice checked = read_lines(&reader, out_made, check);
    if (reader.underflowed || tcn_reader_rest(&reader) != 0) {
        return TCN_CORRUPT;
    }
    const struct tcn_hash hash = tcn_hash_of(checked);
    const bool is_whole = memcmp(hash.bytes, check, CHECK_BYTES) == 0 &&
                          tcn_text_is_word(tcn_slice_text(out_made->name));
    return is_whole ? TCN_OK : TCN_CORRUPT;
}

enum tcn_status tcn_invitation_read(const char *path, struct tcn_invitation *out_invitation) {
    uint8_t text[TCN_KEY_FILE_BYTES_MAX];
    struct tcn_invitation made = {0};
    size_t size = 0;
    enum tcn_status status = tcn_key_file_load(path, false, text, &size);
    if (status == TCN_OK) {
        status = decode(tcn_slice_of(text, size), &made);
    }
    if (status == TCN_OK) {
        *out_invitation = made;
    }
    tcn_invitation_fini(&made);
    tcn_secret_wipe(text, sizeof text);
    return status;
}
