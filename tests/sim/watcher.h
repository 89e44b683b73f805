/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A watching program: core/subscriber, and an application that keeps each item for good before it
 * says so. It can crash; what was received and not yet kept is then gone. One thread.
 */
#ifndef TCN_TESTS_SIM_WATCHER_H
#define TCN_TESTS_SIM_WATCHER_H

#include "core/subscriber.h"
#include "net.h"

#include "testlib/checker.h"

#define SIM_ITEMS_KEPT 2048

/** What the application has of one stream: positions by number, from 1. */
struct sim_kept {
    struct tcn_stream stream;
    uint64_t generation;
    uint64_t positions[SIM_ITEMS_KEPT];
    uint64_t count;    /**< received */
    uint64_t synced;   /**< of them on disk */
    uint64_t received; /**< the last number taken in this life */
};

/** A watcher. */
struct sim_watcher {
    uint32_t node;
    char name[16];
    struct sim_net *net;
    struct tcn_checker *checker;
    bool is_up;
    bool is_hasty; /**< breaks the rule: says "taken" before it is kept */
    struct tcn_subscriber subscriber;
    uint64_t session;
    uint64_t request;
    struct sim_kept kept[2];
    uint32_t kept_count;
    int64_t sync_ns; /**< INT64_MAX when nothing is to be kept */
    uint64_t reset_count;
};

/** Makes a watcher of one or two organs' streams (0: none), running. Thread: one. */
void sim_watcher_init(struct sim_watcher *watcher, struct sim_net *net, struct tcn_checker *checker,
                      uint32_t node, const uint16_t organs[2]);
/** Loses what was not kept. Thread: one. */
void sim_watcher_crash(struct sim_watcher *watcher);
/** Starts on what it kept. Thread: one. */
void sim_watcher_start(struct sim_watcher *watcher, int64_t now_ns);
/** A message for it. Thread: one. */
void sim_watcher_take(struct sim_watcher *watcher, const struct sim_message *message,
                      int64_t now_ns);
/** Keeps and says what is due; gives the time when it must be asked again. Thread: one. */
int64_t sim_watcher_pump(struct sim_watcher *watcher, int64_t now_ns);

#endif
