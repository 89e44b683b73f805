/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/person.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TAIL 4
#define ANSWER_BYTES 64

bool tcn_person_is_command(void) {
    return getenv("TOCSIN_ITEM_NUMBER") != NULL;
}

static int refuse(struct tcn_cli *cli, const char *what, const char *why, const char *hint) {
    (void)fprintf(cli->err, "tocsin: cannot %s: because %s; nothing was said\ntry: %s\n", what, why,
                  hint);
    return TCN_EXIT_REFUSED;
}

/* Reads a line; false at its end, or when a signal comes. */
static bool read_line(const struct tcn_cli *cli, int terminal, char out_line[ANSWER_BYTES]) {
    size_t size = 0;
    while (size + 1 < ANSWER_BYTES) {
        struct pollfd items[2] = {{.fd = cli->signals, .events = POLLIN},
                                  {.fd = terminal, .events = POLLIN}};
        if (poll(items, 2, -1) < 0 && errno != EINTR) {
            return false;
        }
        if (items[0].revents != 0) {
            return false;
        }
        const ssize_t got = items[1].revents != 0 ? read(terminal, out_line + size, 1) : 0;
        if (items[1].revents != 0 && got <= 0) {
            return false;
        }
        if (got == 1 && out_line[size] == '\n') {
            break;
        }
        size += got == 1 ? 1 : 0;
    }
    out_line[size] = '\0';
    return true;
}

/* What is to be said, and what it is called when it is not. */
struct asked {
    const char *what;
    const char *who;
    const char *sentence;
    const char *other; /* what to try without a terminal */
};

static int ask(struct tcn_cli *cli, const struct asked *asked, const char *matter) {
    char answer[ANSWER_BYTES];
    const size_t size = strlen(matter);
    const char *tail = size > TAIL ? matter + size - TAIL : matter;
    if (tcn_person_is_command()) {
        return refuse(cli, asked->what, "the command of a watch is no person", asked->other);
    }
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        return refuse(cli, asked->what, "there is no terminal at which a person sits",
                      asked->other);
    }
    (void)dprintf(terminal,
                  "%s %s: %s\n"
                  "type its last four characters (%s) and Enter to say so: ",
                  asked->who, asked->sentence, matter, tail);
    const bool is_read = read_line(cli, terminal, answer);
    (void)close(terminal);
    if (!is_read || strcmp(answer, tail) != 0) {
        return refuse(cli, asked->what,
                      is_read ? "those are not its last four characters" : "nobody answered",
                      "the same again");
    }
    return TCN_EXIT_OK;
}

int tcn_person_confirm(struct tcn_cli *cli, const char *post, const char *matter) {
    const struct asked asked = {"acknowledge", post, "has this matter in hand from now on",
                                "the same at a terminal, by the person on duty"};
    return ask(cli, &asked, matter);
}

int tcn_person_vouch(struct tcn_cli *cli, const char *organ, const char *matter) {
    const struct asked asked = {
        "hand it on", organ,
        "is not whom this complaint accuses, nor over or under it, though no text says whom",
        "the same at a terminal, or --not-accused, when you know that it is not accused"};
    return ask(cli, &asked, matter);
}
