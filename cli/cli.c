/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define OPTIONS_MAX 40

static void print_help(FILE *file, const struct tcn_cli_syntax *syntax) {
    (void)fprintf(file, "usage: tocsin %s\n", syntax->usage);
    for (size_t index = 0; index < syntax->option_count; index++) {
        const struct tcn_cli_option *option = &syntax->options[index];
        char name[64];
        (void)snprintf(name, sizeof name, "--%s%s%s", option->name,
                       option->argument == NULL ? "" : " ",
                       option->argument == NULL ? "" : option->argument);
        if (option->letter != 0) {
            (void)fprintf(file, "  -%c, %-26s %s\n", option->letter, name, option->help);
        } else {
            (void)fprintf(file, "      %-26s %s\n", name, option->help);
        }
    }
    (void)fprintf(file, "  -h, %-26s %s\n", "--help", "print this");
}

static void apply(const struct tcn_cli_option *option, const char *argument) {
    if (option->flag != NULL) {
        *option->flag = true;
    } else {
        *option->value = argument;
    }
}

/* getopt_long's own tables, made from ours. A long option gives its index plus 256. */
static void make_tables(const struct tcn_cli_option *options, size_t option_count,
                        struct option *longs, char *shorts) {
    size_t used = 0;
    shorts[used++] = ':'; /* tells a missing argument from an unknown option */
    for (size_t index = 0; index < option_count; index++) {
        longs[index] = (struct option){
            .name = options[index].name,
            .has_arg = options[index].argument == NULL ? no_argument : required_argument,
            .val = (int)index + 256,
        };
        if (options[index].letter != 0) {
            shorts[used++] = options[index].letter;
            if (options[index].argument != NULL) {
                shorts[used++] = ':';
            }
        }
    }
    longs[option_count] = (struct option){.name = "help", .val = 'h'};
    longs[option_count + 1] = (struct option){0};
    shorts[used++] = 'h';
    shorts[used] = '\0';
}

static const struct tcn_cli_option *find_letter(const struct tcn_cli_option *options,
                                                size_t option_count, int letter) {
    for (size_t index = 0; index < option_count; index++) {
        if (options[index].letter == letter) {
            return &options[index];
        }
    }
    return NULL;
}

int tcn_cli_parse(struct tcn_cli *cli, const struct tcn_cli_syntax *syntax, int argc, char **argv,
                  int *out_first) {
    const struct tcn_cli_option *options = syntax->options;
    TCN_CHECK(syntax->option_count < OPTIONS_MAX);
    struct option longs[OPTIONS_MAX + 2];
    char shorts[2 * OPTIONS_MAX + 4];
    make_tables(options, syntax->option_count, longs, shorts);
    optind = 0; /* glibc: start over, for a verb's own options */
    opterr = 0;
    for (int found = 0; (found = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (found == 'h') {
            print_help(cli->out, syntax);
            return -1;
        }
        if (found == ':') {
            return tcn_cli_usage(cli, syntax->usage, "%s needs an argument", argv[optind - 1]);
        }
        if (found == '?') {
            return tcn_cli_usage(cli, syntax->usage, "%s is not an option of %s", argv[optind - 1],
                                 argv[0]);
        }
        const struct tcn_cli_option *option =
            found >= 256 ? &options[found - 256]
                         : find_letter(options, syntax->option_count, found);
        TCN_CHECK(option != NULL);
        apply(option, optarg);
    }
    *out_first = optind;
    return TCN_EXIT_OK;
}

int tcn_cli_exit_code(enum tcn_status status) {
    switch (status) {
    case TCN_OK:
        return TCN_EXIT_OK;
    case TCN_ABSENT:
        return TCN_EXIT_NOTHING;
    case TCN_UNREACHABLE_PEER:
        return TCN_EXIT_UNREACHABLE;
    case TCN_TIMEOUT:
        return TCN_EXIT_TIMEOUT;
    case TCN_CONFIG:
    case TCN_VERSION: /* another version of the program is wanted */
        return TCN_EXIT_CONFIG;
    case TCN_CORRUPT:
        return TCN_EXIT_DAMAGED;
    case TCN_CANCELED:
        return TCN_EXIT_INTERRUPTED;
    case TCN_UNTRUSTED:
        return TCN_EXIT_REFUSED;
    default:
        return tcn_status_class(status) == TCN_CLASS_PEER ? TCN_EXIT_REFUSED : TCN_EXIT_FAILURE;
    }
}

int tcn_cli_fail(struct tcn_cli *cli, enum tcn_status status, const char *hint, const char *format,
                 ...) {
    if (status == TCN_IO && ferror(cli->out)) {
        return TCN_EXIT_FAILURE; /* a reader that went away is no news */
    }
    if (status == TCN_CANCELED) {
        (void)fprintf(cli->err, "tocsin: interrupted\n");
        return TCN_EXIT_INTERRUPTED;
    }
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    (void)fprintf(cli->err, "tocsin: cannot %s: because %s\n", what, tcn_status_sentence(status));
    if (hint != NULL) {
        (void)fprintf(cli->err, "try: %s\n", hint);
    }
    return tcn_cli_exit_code(status);
}

const char *tcn_cli_away_hint(enum tcn_status status) {
    return status == TCN_UNREACHABLE_PEER || status == TCN_TIMEOUT
               ? "see that broker and collector run: `tocsin up --dir D` starts both"
           : status == TCN_UNTRUSTED ? TCN_CLI_UNTRUSTED_HINT
                                     : NULL;
}

int tcn_cli_usage(struct tcn_cli *cli, const char *hint, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    (void)fprintf(cli->err, "tocsin: %s\n", what);
    if (hint != NULL) {
        (void)fprintf(cli->err, "try: tocsin %s\n", hint);
    }
    return TCN_EXIT_USAGE;
}

static const char *const formats[] = {"table", "json", "ndjson", "csv"};

#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

/* Refuses a format and names those that there are. */
static int refuse_format(struct tcn_cli *cli, const char *text, unsigned allowed) {
    char list[64] = "";
    size_t used = 0;
    for (unsigned index = 0; index < FORMAT_COUNT; index++) {
        if ((allowed & (1u << index)) != 0 && used < sizeof list) {
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used == 0 ? "" : ", ",
                                     formats[index]);
        }
    }
    (void)fprintf(cli->err, "tocsin: cannot write %s: because this verb writes %s\ntry: -o %s\n",
                  text, list, (allowed & 1u << TCN_FORMAT_JSON) != 0 ? "json" : "ndjson");
    return TCN_EXIT_USAGE;
}

int tcn_cli_format(struct tcn_cli *cli, const char *text, unsigned allowed,
                   enum tcn_format *out_format) {
    for (unsigned index = 0; index < FORMAT_COUNT; index++) {
        bool is_it = text == NULL ? index == 0 : strcmp(text, formats[index]) == 0;
        if (is_it && (allowed & (1u << index)) != 0) {
            *out_format = (enum tcn_format)index;
            return TCN_EXIT_OK;
        }
    }
    return refuse_format(cli, text == NULL ? formats[0] : text, allowed);
}

void tcn_cli_faults(struct tcn_cli *cli, const struct tcn_policy_errors *errors) {
    for (uint32_t index = 0; index < errors->count; index++) {
        char text[TCN_POLICY_ERROR_TEXT_BYTES];
        tcn_policy_error_text(&errors->items[index], text);
        (void)fprintf(cli->err, "tocsin: %s\n", text);
    }
    if (errors->dropped_count > 0) {
        (void)fprintf(cli->err, "tocsin: and %" PRIu32 " more\n", errors->dropped_count);
    }
}
