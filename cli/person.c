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

static int refuse(struct tcn_cli *cli, const char *why, const char *hint) {
    (void)fprintf(cli->err, "tocsin: cannot acknowledge: because %s; nothing was said\ntry: %s\n",
                  why, hint);
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

int tcn_person_confirm(struct tcn_cli *cli, const char *post, const char *matter) {
    static const char other[] = "the same at a terminal, by the person on duty";
    char answer[ANSWER_BYTES];
    const size_t size = strlen(matter);
    const char *tail = size > TAIL ? matter + size - TAIL : matter;
    if (tcn_person_is_command()) {
        return refuse(cli, "the command of a watch is no person", other);
    }
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        return refuse(cli, "there is no terminal at which a person sits", other);
    }
    (void)dprintf(terminal,
                  "%s has this matter in hand from now on: %s\n"
                  "type its last four characters (%s) and Enter to say so: ",
                  post, matter, tail);
    const bool is_read = read_line(cli, terminal, answer);
    (void)close(terminal);
    if (!is_read || strcmp(answer, tail) != 0) {
        return refuse(cli, is_read ? "those are not its last four characters" : "nobody answered",
                      "the same again");
    }
    return TCN_EXIT_OK;
}
