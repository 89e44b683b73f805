/* SPDX-License-Identifier: Apache-2.0 */
#include "agents/drop.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES_MAX 1024
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define NUMBERS_MAX 1000
#define ANSWERS_PART ".answers.part"
#define FAULTS_PART ".error.part"

/** Room for a name in done or bad: a number and an ending behind it. */
#define TARGET_BYTES (TCN_AGENT_DROP_NAME_BYTES + 16)

static enum tcn_status of_errno(int error) {
    if (error == ENOENT) {
        return TCN_ABSENT;
    }
    return error == EMFILE || error == ENFILE ? TCN_LIMIT : TCN_IO;
}

/** Makes a folder that is missing and opens it. */
static enum tcn_status open_folder(int base, const char *name, int *out_descriptor) {
    if (mkdirat(base, name, 0700) != 0 && errno != EEXIST) {
        return TCN_IO;
    }
    int descriptor = openat(base, name, FOLDER_FLAGS | O_NOFOLLOW);
    if (descriptor < 0) {
        return of_errno(errno);
    }
    *out_descriptor = descriptor;
    return TCN_OK;
}

/** Opens the four folders of the one at `path`. */
static enum tcn_status open_all(const char *path, struct tcn_agent_drop *drop) {
    struct stat file;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return TCN_IO;
    }
    int base = open(path, FOLDER_FLAGS);
    if (base < 0) {
        return of_errno(errno);
    }
    enum tcn_status status = fstat(base, &file) == 0 ? TCN_OK : TCN_IO;
    if (status == TCN_OK && (file.st_mode & S_IRWXO) != 0) {
        status = TCN_DENIED;
    }
    status = status == TCN_OK ? open_folder(base, "in", &drop->in) : status;
    status = status == TCN_OK ? open_folder(base, "work", &drop->work) : status;
    status = status == TCN_OK ? open_folder(base, "done", &drop->done) : status;
    status = status == TCN_OK ? open_folder(base, "bad", &drop->bad) : status;
    (void)close(base);
    return status;
}

/** Watches `in`. Without it the folder is looked at by the clock alone. */
static int open_watch(const char *path) {
    char in_path[PATH_BYTES_MAX + 8];
    int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    (void)snprintf(in_path, sizeof(in_path), "%s/in", path);
    if (watch >= 0 && inotify_add_watch(watch, in_path, IN_MOVED_TO | IN_CLOSE_WRITE) < 0) {
        (void)close(watch);
        return -1;
    }
    return watch;
}

enum tcn_status tcn_agent_drop_open(const char *path, struct tcn_agent_drop *out_drop) {
    struct tcn_agent_drop drop = {
        .is_open = true, .in = -1, .work = -1, .done = -1, .bad = -1, .watch = -1};
    if (strlen(path) > PATH_BYTES_MAX) {
        return TCN_IO;
    }
    enum tcn_status status = open_all(path, &drop);
    if (status != TCN_OK) {
        tcn_agent_drop_close(&drop);
        return status == TCN_ABSENT ? TCN_IO : status;
    }
    drop.watch = open_watch(path);
    *out_drop = drop;
    return TCN_OK;
}

static void close_notes(struct tcn_agent_drop *drop) {
    if (drop->answers != NULL) {
        (void)fclose(drop->answers);
    }
    if (drop->faults != NULL) {
        (void)fclose(drop->faults);
    }
    drop->answers = NULL;
    drop->faults = NULL;
}

void tcn_agent_drop_close(struct tcn_agent_drop *drop) {
    if (!drop->is_open) {
        return;
    }
    close_notes(drop);
    const int descriptors[] = {drop->in, drop->work, drop->done, drop->bad, drop->watch};
    for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++) {
        if (descriptors[i] >= 0) {
            (void)close(descriptors[i]);
        }
    }
    memset(drop, 0, sizeof(*drop));
}

static bool ends_in(const char *name, size_t size, const char *ending) {
    size_t ending_size = strlen(ending);
    return size > ending_size && strcmp(name + size - ending_size, ending) == 0;
}

/** Puts a name in its place among the lowest; when they are full the highest falls off. */
static void keep_name(struct tcn_agent_drop_names *names, const char *name, size_t size) {
    uint32_t place = 0;
    while (place < names->count && strcmp(names->list[place], name) < 0) {
        place++;
    }
    if (place == TCN_AGENT_DROP_NAMES_MAX) {
        return;
    }
    uint32_t kept = names->count;
    kept = kept == TCN_AGENT_DROP_NAMES_MAX ? kept - 1 : kept;
    memmove(names->list + place + 1, names->list + place,
            (kept - place) * sizeof(names->list[place]));
    memcpy(names->list[place], name, size + 1);
    names->count = kept + 1;
}

enum tcn_status tcn_agent_drop_list(const struct tcn_agent_drop *drop, bool in_work,
                                    struct tcn_agent_drop_names *out_names) {
    int descriptor = openat(in_work ? drop->work : drop->in, ".", FOLDER_FLAGS);
    DIR *folder = descriptor < 0 ? NULL : fdopendir(descriptor);
    out_names->count = 0;
    out_names->next = 0;
    if (folder == NULL) {
        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        return TCN_IO;
    }
    for (uint32_t i = 0; i < TCN_AGENT_DROP_ENTRIES_MAX; i++) {
        const struct dirent *entry = readdir(folder);
        if (entry == NULL) {
            break;
        }
        size_t size = strlen(entry->d_name);
        bool is_draft =
            ends_in(entry->d_name, size, ".json") || ends_in(entry->d_name, size, ".ndjson");
        if (is_draft && entry->d_name[0] != '.' && size < TCN_AGENT_DROP_NAME_BYTES) {
            keep_name(out_names, entry->d_name, size);
        }
    }
    (void)closedir(folder);
    return TCN_OK;
}

enum tcn_status tcn_agent_drop_claim(const struct tcn_agent_drop *drop, const char *name) {
    return renameat(drop->in, name, drop->work, name) == 0 ? TCN_OK : of_errno(errno);
}

/** Reads until the end, or one byte more than may be. */
static enum tcn_status read_all(int descriptor, uint8_t *data, size_t *out_size) {
    size_t size = 0;
    while (size < TCN_AGENT_DROP_BYTES_MAX) {
        ssize_t got = read(descriptor, data + size, TCN_AGENT_DROP_BYTES_MAX - size);
        if (got < 0 && errno != EINTR) {
            return TCN_IO;
        }
        if (got == 0) {
            *out_size = size;
            return TCN_OK;
        }
        size += got > 0 ? (size_t)got : 0;
    }
    uint8_t more = 0;
    *out_size = size;
    return read(descriptor, &more, 1) == 0 ? TCN_OK : TCN_TOOBIG;
}

enum tcn_status tcn_agent_drop_load(const struct tcn_agent_drop *drop, const char *name,
                                    uint8_t *data, size_t *out_size) {
    /* Not blocking, for a named pipe would wait for its writer. */
    int descriptor = openat(drop->work, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) {
        return errno == ELOOP || errno == ENXIO ? TCN_BAD_VALUE : of_errno(errno);
    }
    struct stat file;
    enum tcn_status status = fstat(descriptor, &file) == 0 ? TCN_OK : TCN_IO;
    if (status == TCN_OK && !S_ISREG(file.st_mode)) {
        status = TCN_BAD_VALUE;
    }
    if (status == TCN_OK) {
        status = read_all(descriptor, data, out_size);
    }
    (void)close(descriptor);
    return status;
}

/** A file that is written from its beginning. */
static FILE *open_part(int folder, const char *name) {
    int descriptor =
        openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL && descriptor >= 0) {
        (void)close(descriptor);
    }
    return file;
}

enum tcn_status tcn_agent_drop_notes(struct tcn_agent_drop *drop) {
    close_notes(drop);
    drop->answers = open_part(drop->work, ANSWERS_PART);
    drop->faults = open_part(drop->work, FAULTS_PART);
    if (drop->answers == NULL || drop->faults == NULL) {
        close_notes(drop);
        return TCN_IO;
    }
    return TCN_OK;
}

/** Everything that was noted is on disk. */
static bool sync_note(FILE *file) {
    return fflush(file) == 0 && ferror(file) == 0 && fsync(fileno(file)) == 0;
}

/** A name that is free in a folder: the own, or with a number before its ending. */
static enum tcn_status find_target(int folder, const char *name, char out_target[TARGET_BYTES]) {
    const char *dot = strrchr(name, '.');
    struct stat file;
    for (unsigned number = 0; number < NUMBERS_MAX; number++) {
        if (number == 0) {
            (void)snprintf(out_target, TARGET_BYTES, "%s", name);
        } else {
            (void)snprintf(out_target, TARGET_BYTES, "%.*s.%u%s", (int)(dot - name), name, number,
                           dot);
        }
        if (fstatat(folder, out_target, &file, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno == ENOENT ? TCN_OK : TCN_IO;
        }
    }
    return TCN_LIMIT;
}

/** Puts a note beside its file, or drops it when nothing is in it. */
static bool place_note(const struct tcn_agent_drop *drop, const char *part, int folder,
                       const char *target, const char *ending) {
    char name[TARGET_BYTES + 16];
    struct stat file;
    (void)snprintf(name, sizeof(name), "%s.%s", target, ending);
    if (fstatat(drop->work, part, &file, 0) == 0 && file.st_size == 0) {
        return unlinkat(drop->work, part, 0) == 0;
    }
    return renameat(drop->work, part, folder, name) == 0;
}

enum tcn_status tcn_agent_drop_settle(struct tcn_agent_drop *drop, const char *name, bool is_good) {
    int folder = is_good ? drop->done : drop->bad;
    char target[TARGET_BYTES];
    bool is_kept = sync_note(drop->answers) && sync_note(drop->faults);
    close_notes(drop);
    enum tcn_status status = is_kept ? find_target(folder, name, target) : TCN_IO;
    if (status != TCN_OK) {
        return status;
    }
    bool is_placed = place_note(drop, ANSWERS_PART, folder, target, "answers") &&
                     place_note(drop, FAULTS_PART, folder, target, "error") &&
                     renameat(drop->work, name, folder, target) == 0 && fsync(folder) == 0 &&
                     fsync(drop->work) == 0;
    return is_placed ? TCN_OK : TCN_IO;
}
