/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An office's PC: an outbox with two lanes round core/outbox, on a disk that keeps what was synced.
 * It can crash, start again, be put back to an older image of its disk, and be cloned. One thread.
 */
#ifndef TCN_TESTS_SIM_OFFICE_H
#define TCN_TESTS_SIM_OFFICE_H

#include "keeper.h"
#include "net.h"

#include "testlib/checker.h"

#define SIM_CHUNKS 160
#define SIM_SEQUENCES 512

/** One lane on disk. `keys` is the simulator's own knowledge of what stood at each sequence. */
struct sim_disk_lane {
    struct tcn_outlane_facts facts;
    struct sim_chunk chunks[SIM_CHUNKS];
    uint32_t count;
    uint32_t keys[SIM_SEQUENCES];
};

/** An outbox as bytes. */
struct sim_disk {
    struct sim_disk_lane lanes[2]; /**< urgent, routine */
};

/** A PC. */
struct sim_office {
    uint32_t node;
    char name[16];
    uint32_t source;
    struct sim_net *net;
    struct tcn_checker *checker;
    struct sim_disk disk;   /**< as the running program sees it */
    struct sim_disk synced; /**< as a crash leaves it */
    struct sim_disk image;  /**< an old copy */
    bool has_image;
    bool is_up;
    bool is_connected;
    bool is_settled[2];
    enum sim_sabotage trust;   /**< what it does not check */
    struct sim_keeper *keeper; /**< for the simulator's own knowledge of what the log holds */
    uint32_t retain_chunks;    /**< acknowledged chunks that are kept for a restored collector */
    struct tcn_outlane lanes[2];
    uint64_t epoch_count;  /**< epochs opened by this PC */
    uint64_t resend_count; /**< times that the collector had less than it acknowledged */
    uint64_t recut_count;
    uint64_t image_recut_count; /**< when the image was taken */
    uint64_t image_void_count;
    uint64_t void_count;
    uint64_t forged_count; /**< answers that it found forged */
    uint64_t fooled_count; /**< marks that it believed and the log did not hold */
};

/** Makes a PC with an empty outbox, running. Thread: one. */
void sim_office_init(struct sim_office *office, struct sim_net *net, struct tcn_checker *checker,
                     uint32_t node, uint32_t source);
/** Enters events in one lane (0 urgent, 1 routine) as one chunk; false when it is down or full. A
 * crash may come before the sync: then it is down and nothing was accepted. Thread: one. */
bool sim_office_enter(struct sim_office *office, const struct sim_event *events, uint32_t count,
                      uint32_t lane, int64_t now_ns);
/** Loses what was not synced. Thread: one. */
void sim_office_crash(struct sim_office *office);
/** Starts on what the disk holds. Thread: one. */
void sim_office_start(struct sim_office *office, int64_t now_ns);
/** Connects or disconnects. Thread: one. */
void sim_office_connect(struct sim_office *office, bool is_connected, int64_t now_ns);
/** Copies its synced disk into the image. Thread: one. */
void sim_office_keep_image(struct sim_office *office);
/** Puts the image back and starts on it; tells the checker what that may cost. Thread: one. */
void sim_office_roll_back(struct sim_office *office, int64_t now_ns);
/** Makes `twin` a running copy with the same source; tells the checker what that may cost. Thread:
 * one. */
void sim_office_clone(const struct sim_office *office, struct sim_office *twin, uint32_t node,
                      int64_t now_ns);
/** A message for it. Thread: one. */
void sim_office_take(struct sim_office *office, const struct sim_message *message, int64_t now_ns);
/** Says all that is wanted now; gives the time when it must be asked again. Thread: one. */
int64_t sim_office_pump(struct sim_office *office, int64_t now_ns);
/** True when everything that it accepted was acknowledged. Thread: one. */
bool sim_office_is_drained(const struct sim_office *office);

#endif
