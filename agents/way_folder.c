/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The watched folder. One file is worked on at a time, a bounded number of its drafts in each turn
 * of the agent; every turn is one commit. A draft without a retry key of its own gets one made of
 * the file's name, its bytes and the line: however often the work is interrupted and begun again,
 * each line is entered once, and the very same file under the same name enters nothing twice.
 *
 *             a file is there            its last draft
 *   ┌──────┐ ───────────────▶ ┌─────────┐ ────────────▶ settled: back to IDLE
 *   │ IDLE │                  │ READING │
 *   └──────┘ ◀── looked, none └─────────┘ ◀─┐ 30 s later, from its beginning
 *                                  └────────┘ outbox or disk is full: the file waits in work
 */
#include "agents/drop.h"
#include "agents/inner.h"
#include "agents/way.h"
#include "base/clock.h"
#include "base/text.h"
#include "seal/hash.h"
#include "seal/init.h"
#include "json/draft.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/** How often the folder is looked at, whatever was heard of it. */
#define LOOK_NS (10 * TCN_SECOND_NS)

/** How long a file waits that found no room. */
#define WAIT_NS (30 * TCN_SECOND_NS)

/** Drafts of one turn at most, so that the programs at the local socket do not wait long. */
#define SLICE_DRAFTS_MAX 64

/** Lines of one file at most: fewer than an outbox keeps retry keys for. */
#define LINES_MAX 16384

/** Hexadecimal characters of a file's part of a retry key. */
#define MARK_CHARACTERS 32

/** The folder. */
struct folder {
    struct tcn_agent *agent;
    struct tcn_agent_drop drop;
    struct tcn_agent_drop_names names;
    uint8_t *data; /**< TCN_AGENT_DROP_BYTES_MAX */
    size_t size;
    size_t offset;     /**< of what was not read yet */
    uint64_t line;     /**< the last read, from 1 */
    bool is_one;       /**< .json: the file is one draft */
    bool is_loaded;    /**< READING */
    bool is_work_done; /**< what an earlier run left in work is finished */
    uint64_t fault_count;
    char name[TCN_AGENT_DROP_NAME_BYTES]; /**< of the file in work; empty when none is */
    char mark[MARK_CHARACTERS + 1];
    int64_t due_ns; /**< monotonic */
    uint64_t lines[SLICE_DRAFTS_MAX];
};

static void folder_close(void **way) {
    struct folder *folder = way == NULL ? NULL : *way;
    if (folder == NULL) {
        return;
    }
    if (folder->drop.is_open && folder->drop.watch >= 0) {
        tcn_poller_remove_descriptor(&folder->agent->poller, folder->drop.watch);
    }
    tcn_agent_drop_close(&folder->drop);
    if (folder->data != NULL) {
        tcn_secret_wipe(folder->data, TCN_AGENT_DROP_BYTES_MAX);
    }
    free(folder->data);
    free(folder);
    *way = NULL;
}

static enum tcn_status folder_open(struct tcn_agent *agent, void **out_way) {
    if (agent->config->drop_dir == NULL) {
        *out_way = NULL;
        return TCN_OK;
    }
    struct folder *folder = calloc(1, sizeof(*folder));
    if (folder == NULL) {
        return TCN_NOMEM;
    }
    folder->agent = agent;
    folder->data = malloc(TCN_AGENT_DROP_BYTES_MAX);
    enum tcn_status status = folder->data == NULL ? TCN_NOMEM : TCN_OK;
    if (status == TCN_OK) {
        status = tcn_agent_drop_open(agent->config->drop_dir, &folder->drop);
    }
    if (status == TCN_OK && folder->drop.watch >= 0) {
        status = tcn_poller_add_descriptor(&agent->poller, folder->drop.watch, TCN_POLL_IN,
                                           TCN_AGENT_TOKEN_FOLDER);
    }
    if (status != TCN_OK) {
        tcn_log(agent->logger, TCN_LOG_ERROR, "cannot use the folder %s: %s%s",
                agent->config->drop_dir, tcn_status_sentence(status),
                status == TCN_DENIED ? " (chmod o-rwx)" : "");
        void *way = folder;
        folder_close(&way);
        return status == TCN_DENIED ? TCN_CONFIG : status;
    }
    *out_way = folder;
    return TCN_OK;
}

/** Something came: what, the look will tell. */
static enum tcn_status folder_ready(void *way) {
    struct folder *folder = way;
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    while (read(folder->drop.watch, events, sizeof(events)) > 0) {
    }
    if (folder->name[0] == '\0') {
        folder->due_ns = 0;
    }
    return TCN_OK;
}

/** The file waits, and everything about it begins anew. */
static void wait_for_room(struct folder *folder, const char *why, int64_t now_ns) {
    tcn_agent_note(folder->agent, "the folder's %s waits: %s", folder->name, why);
    folder->is_loaded = false;
    folder->due_ns = now_ns + WAIT_NS;
}

/** The part of the retry keys that is the file's. */
static void make_mark(struct folder *folder) {
    uint8_t both[2 * sizeof(struct tcn_hash)];
    struct tcn_hash name = tcn_hash_of(tcn_slice_text(folder->name));
    struct tcn_hash bytes = tcn_hash_of(tcn_slice_of(folder->data, folder->size));
    memcpy(both, name.bytes, sizeof(name.bytes));
    memcpy(both + sizeof(name.bytes), bytes.bytes, sizeof(bytes.bytes));
    struct tcn_hash mark = tcn_hash_of(tcn_slice_of(both, sizeof(both)));
    tcn_hex_encode(mark.bytes, MARK_CHARACTERS / 2, folder->mark);
}

/** Says what is wrong with a line; 0: with the file. */
static void note_fault(struct folder *folder, uint64_t line, const char *field, const char *why) {
    char place[32] = "";
    if (line > 0) {
        (void)snprintf(place, sizeof(place), " line %" PRIu64 ":", line);
    }
    folder->fault_count++;
    (void)fprintf(folder->drop.faults, "%s:%s %s%s%s\n", folder->name, place, field,
                  field[0] == '\0' ? "" : ": ", why);
}

/** Puts the file where it belongs. */
static void settle(struct folder *folder, int64_t now_ns) {
    bool is_good = folder->fault_count == 0;
    enum tcn_status status = tcn_agent_drop_settle(&folder->drop, folder->name, is_good);
    tcn_secret_wipe(folder->data, folder->size);
    if (status != TCN_OK) {
        wait_for_room(folder, "it cannot be moved out of work", now_ns);
        return;
    }
    if (!is_good) {
        tcn_agent_note(folder->agent,
                       "the folder's %s is in bad, with its .error: %" PRIu64 " at fault",
                       folder->name, folder->fault_count);
    }
    folder->name[0] = '\0';
    folder->is_loaded = false;
    folder->due_ns = 0;
}

/** Reads the file in work and starts its notes. */
static void load(struct folder *folder, int64_t now_ns) {
    size_t name_size = strlen(folder->name);
    enum tcn_status status = tcn_agent_drop_notes(&folder->drop);
    if (status != TCN_OK) {
        wait_for_room(folder, tcn_status_sentence(status), now_ns);
        return;
    }
    status = tcn_agent_drop_load(&folder->drop, folder->name, folder->data, &folder->size);
    if (status == TCN_ABSENT) {
        folder->name[0] = '\0'; /* somebody took it back */
        return;
    }
    /* Only what the file itself is goes to bad; what the machine lacks for now is waited for. */
    const bool is_bad = status == TCN_TOOBIG || status == TCN_BAD_VALUE;
    if (status != TCN_OK && !is_bad) {
        wait_for_room(folder, tcn_status_sentence(status), now_ns);
        return;
    }
    folder->offset = 0;
    folder->line = 0;
    folder->fault_count = 0;
    folder->is_one = name_size < 7 || strcmp(folder->name + name_size - 7, ".ndjson") != 0;
    folder->is_loaded = true;
    if (is_bad) {
        folder->size = 0;
        note_fault(folder, 0, "",
                   status == TCN_TOOBIG ? "it is larger than 4 MiB" : "it is not a regular file");
    }
    make_mark(folder);
}

/** Takes what an earlier run left in work; false when there is nothing. */
static bool interrupted_file(struct folder *folder) {
    struct tcn_agent_drop_names *names = &folder->names;
    if (folder->is_work_done || tcn_agent_drop_list(&folder->drop, true, names) != TCN_OK) {
        return false;
    }
    folder->is_work_done = names->count == 0;
    if (names->count > 0) {
        memcpy(folder->name, names->list[0], sizeof(folder->name));
    }
    names->count = 0;
    return !folder->is_work_done;
}

/** Finds the next file and puts it into work; false when there is none. */
static bool next_file(struct folder *folder) {
    struct tcn_agent_drop_names *names = &folder->names;
    if (interrupted_file(folder)) {
        return true;
    }
    if (names->next >= names->count && tcn_agent_drop_list(&folder->drop, false, names) != TCN_OK) {
        return false;
    }
    while (names->next < names->count) {
        const char *name = names->list[names->next];
        names->next++;
        if (tcn_agent_drop_claim(&folder->drop, name) == TCN_OK) {
            memcpy(folder->name, name, sizeof(folder->name));
            return true;
        }
    }
    return false;
}

/** The next draft's bytes; false at the end of the file. Blank lines are passed over. */
static bool next_draft(struct folder *folder, struct tcn_slice *out_text) {
    while (folder->offset < folder->size) {
        const uint8_t *start = folder->data + folder->offset;
        size_t left = folder->size - folder->offset;
        const uint8_t *end = folder->is_one ? NULL : memchr(start, '\n', left);
        size_t size = end == NULL ? left : (size_t)(end - start);
        folder->offset += size + (end == NULL ? 0 : 1);
        folder->line++;
        size_t blank = 0;
        while (blank < size && strchr(" \t\r", start[blank]) != NULL && start[blank] != '\0') {
            blank++;
        }
        if (blank < size) {
            *out_text = tcn_slice_of(start, size);
            return true;
        }
    }
    return false;
}

/** Reads one draft and adds it to the group; what is wrong with it is noted. */
static enum tcn_status add_draft(struct folder *folder, struct tcn_slice text) {
    struct tcn_agent *agent = folder->agent;
    struct tcn_json_error error = {.column = 0};
    struct tcn_draft draft;
    tcn_arena_reset(&agent->scratch);
    enum tcn_status read = text.size > TCN_JSON_BYTES_MAX
                               ? TCN_TOOBIG
                               : tcn_json_decode_draft(text, &agent->scratch, &error, &draft);
    if (read != TCN_OK) {
        char why[sizeof(error.expected) + 16];
        (void)snprintf(why, sizeof(why), "expected %s", error.expected);
        note_fault(folder, folder->line, error.field,
                   error.expected[0] == '\0' ? tcn_status_sentence(read) : why);
        return TCN_OK;
    }
    if (draft.event.act == TCN_ACT_ACKNOWLEDGED && !agent->office.is_feed) {
        note_fault(folder, folder->line, "act",
                   "only a person acknowledges: tocsin act, at a terminal");
        return TCN_OK;
    }
    char key[TCN_RETRY_KEY_BYTES_MAX];
    if (draft.retry_key.size == 0) {
        (void)snprintf(key, sizeof(key), "folder/%s/%" PRIu64, folder->mark, folder->line);
        draft.retry_key = tcn_slice_text(key);
    }
    uint32_t index = 0;
    enum tcn_status status = tcn_agent_group_add(agent, &draft, &agent->scratch, &index);
    tcn_secret_wipe(agent->scratch.data, agent->scratch.offset);
    if (status == TCN_OK) {
        folder->lines[index] = folder->line;
    }
    return status;
}

/** One line of the answers. */
static void note_answer(struct folder *folder, uint64_t line, const struct tcn_agent_job *job) {
    struct tcn_json_writer writer;
    tcn_json_writer_init(&writer);
    tcn_json_add_u64(&writer, "line", line);
    tcn_json_add_word(&writer, "lane", tcn_lane_name(job->key.lane));
    tcn_json_add_hex64(&writer, "epoch", job->key.epoch);
    tcn_json_add_u64(&writer, "sequence", job->sequence);
    if (!tcn_id_is_none(&job->entry.matter)) {
        tcn_json_add_id(&writer, "matter", &job->entry.matter);
    }
    if (job->slip[0] != '\0') {
        tcn_json_add_word(&writer, "slip", job->slip);
    }
    tcn_json_add_bool(&writer, "is_repeat", job->is_repeat);
    enum tcn_status ignored = tcn_json_write_file(&writer, folder->drop.answers, false);
    (void)ignored; /* what the disk did not take shows when the notes are synced */
    tcn_json_writer_fini(&writer);
}

/** Notes what came of the group. False when something found no room, which is no fault of the file.
 */
static bool note_group(struct folder *folder) {
    const struct tcn_agent_group *group = &folder->agent->group;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct tcn_agent_job *job = &group->jobs[i];
        enum tcn_class class = tcn_status_class(job->status);
        if (job->status == TCN_OK) {
            note_answer(folder, folder->lines[i], job);
        } else if (class == TCN_CLASS_AGAIN || class == TCN_CLASS_LOCAL) {
            return false;
        } else {
            note_fault(folder, folder->lines[i], job->fault.field, job->fault.sentence);
        }
    }
    return true;
}

/** Enters the next drafts of the file. */
static enum tcn_status work_on(struct folder *folder, int64_t now_ns) {
    struct tcn_agent *agent = folder->agent;
    struct tcn_slice text;
    bool is_more = true;
    enum tcn_status status = TCN_OK;
    TCN_CHECK(agent->group.count == 0);
    for (uint32_t i = 0; i < SLICE_DRAFTS_MAX && status == TCN_OK; i++) {
        is_more = tcn_agent_group_has_room(&agent->group) && next_draft(folder, &text);
        if (!is_more) {
            break;
        }
        if (folder->line > LINES_MAX) {
            note_fault(folder, folder->line, "", "a file has at most 16384 lines");
            folder->offset = folder->size;
            break;
        }
        status = add_draft(folder, text);
    }
    if (status == TCN_OK) {
        status = tcn_agent_group_commit(agent);
    }
    bool has_room = status == TCN_OK && note_group(folder);
    tcn_agent_group_reset(&agent->group);
    if (status != TCN_OK) {
        return status;
    }
    if (!has_room) {
        wait_for_room(folder, tcn_status_sentence(TCN_FULL), now_ns);
    } else if (folder->offset >= folder->size) {
        settle(folder, now_ns);
    }
    return TCN_OK;
}

static enum tcn_status folder_turn(void *way, int64_t now_ns, bool is_last,
                                   int64_t *out_deadline_ns) {
    struct folder *folder = way;
    enum tcn_status status = TCN_OK;
    *out_deadline_ns = INT64_MAX;
    if (is_last) {
        return TCN_OK; /* what is in work is begun again at the next start */
    }
    if (now_ns < folder->due_ns && !folder->is_loaded) {
        *out_deadline_ns = folder->due_ns;
        return TCN_OK;
    }
    if (folder->name[0] == '\0' && !next_file(folder)) {
        folder->due_ns = now_ns + LOOK_NS;
    } else if (!folder->is_loaded) {
        load(folder, now_ns);
    } else {
        status = work_on(folder, now_ns);
    }
    *out_deadline_ns = folder->is_loaded || folder->due_ns < now_ns ? now_ns : folder->due_ns;
    return status;
}

const struct tcn_agent_way_ops tcn_agent_way_folder = {
    .name = "watched folder",
    .open = folder_open,
    .ready = folder_ready,
    .turn = folder_turn,
    .close = folder_close,
};
