/* SPDX-License-Identifier: Apache-2.0 */
#include "store/attempt.h"

#include "store/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define FILE_NAME "ATTEMPT"
#define PAGE_SIZE_BYTES 4096u

/* "attempt" and the layout's number. Another value in its place makes the page a new one. */
#define MAGIC UINT64_C(0x617474656d707401)

/* The page as it lies in memory: it never leaves this machine. */
struct page {
    uint64_t magic;
    uint64_t build;
    uint64_t at; /* 0: no record is being folded */
    uint64_t suspect;
    uint64_t count;
};

struct tcn_attempt {
    volatile struct page *page; /* the process may end between any two stores */
};

/* Gives the file its page of real blocks, so that no store to it ever needs room. */
static enum tcn_status fill(int file, const char *dir) {
    static const uint8_t zeros[PAGE_SIZE_BYTES];
    const off_t size = lseek(file, 0, SEEK_END);
    if (size == PAGE_SIZE_BYTES) {
        return TCN_OK;
    }
    if (size < 0 || ftruncate(file, 0) != 0) {
        return tcn_store_status(errno);
    }
    errno = ENOSPC; /* what a short write means */
    if (pwrite(file, zeros, sizeof(zeros), 0) != (ssize_t)sizeof(zeros) || fsync(file) != 0) {
        return tcn_store_status(errno);
    }
    return tcn_env_dir_sync(dir);
}

static enum tcn_status map(const char *dir, volatile struct page **out_page) {
    char *path = tcn_env_path(dir, FILE_NAME);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    free(path);
    if (file < 0) {
        return tcn_store_status(errno);
    }
    enum tcn_status status = fill(file, dir);
    void *mapped = MAP_FAILED;
    if (status == TCN_OK) {
        mapped = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        status = mapped == MAP_FAILED ? tcn_store_status(errno) : TCN_OK;
    }
    (void)close(file);
    if (status == TCN_OK) {
        *out_page = mapped;
    }
    return status;
}

/* The process that left a position here died at it. */
static void count(volatile struct page *page) {
    if (page->at != 0) {
        page->count = page->at == page->suspect ? page->count + 1 : 1;
        page->suspect = page->at;
    }
    page->at = 0;
}

static struct tcn_attempt_suspect suspect_of(const volatile struct page *page) {
    const uint64_t number = page->count;
    return (struct tcn_attempt_suspect){
        .position = page->suspect,
        .count = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX,
    };
}

enum tcn_status tcn_attempt_open(const char *dir, uint64_t build,
                                 struct tcn_attempt **out_attempt) {
    TCN_CHECK(dir != NULL && out_attempt != NULL);
    struct tcn_attempt *attempt = calloc(1, sizeof(*attempt));
    if (attempt == NULL) {
        return TCN_NOMEM;
    }
    const enum tcn_status status = map(dir, &attempt->page);
    if (status != TCN_OK) {
        free(attempt);
        return status;
    }
    volatile struct page *page = attempt->page;
    if (page->magic != MAGIC || page->build != build) {
        *page = (struct page){.magic = MAGIC, .build = build};
    }
    count(page);
    *out_attempt = attempt;
    return TCN_OK;
}

enum tcn_status tcn_attempt_look(const char *dir, uint64_t build,
                                 struct tcn_attempt_suspect *out_suspect) {
    char *path = tcn_env_path(dir, FILE_NAME);
    if (path == NULL) {
        return TCN_NOMEM;
    }
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum tcn_status status = file < 0 ? tcn_store_status(errno) : TCN_OK;
    free(path);
    if (status != TCN_OK) {
        return status;
    }
    struct page page = {0};
    const ssize_t size = pread(file, &page, sizeof(page), 0);
    (void)close(file);
    if (size != (ssize_t)sizeof(page) || page.magic != MAGIC || page.build != build) {
        return size < 0 ? TCN_IO : TCN_ABSENT;
    }
    count(&page);
    *out_suspect = suspect_of(&page);
    return TCN_OK;
}

void tcn_attempt_close(struct tcn_attempt **attempt) {
    if (attempt == NULL || *attempt == NULL) {
        return;
    }
    void *mapped = NULL;
    memcpy(&mapped, &(*attempt)->page, sizeof(mapped)); /* munmap takes no volatile */
    (void)munmap(mapped, PAGE_SIZE_BYTES);
    free(*attempt);
    *attempt = NULL;
}

struct tcn_attempt_suspect tcn_attempt_suspect(const struct tcn_attempt *attempt) {
    if (attempt == NULL) {
        return (struct tcn_attempt_suspect){0};
    }
    return suspect_of(attempt->page);
}

void tcn_attempt_begin(struct tcn_attempt *attempt, uint64_t position) {
    TCN_CHECK(position != 0);
    if (attempt != NULL) {
        attempt->page->at = position;
    }
}

void tcn_attempt_end(struct tcn_attempt *attempt) {
    if (attempt != NULL) {
        attempt->page->at = 0;
    }
}

void tcn_attempt_pass(struct tcn_attempt *attempt) {
    if (attempt != NULL) {
        attempt->page->count = 0;
        attempt->page->suspect = 0;
    }
}
