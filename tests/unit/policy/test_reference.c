/* SPDX-License-Identifier: Apache-2.0 */
/* docs/reference/policy-keys.md has every key of a policy as the schema has it, and the pages
 * beside it explain each. TOCSIN_GOLDEN_WRITE=1 writes the page anew. */
#include "policy/compile_plans.h"
#include "policy/schema.h"
#include "policy/schema_clocks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <cyaml/cyaml.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define PAGE "docs/reference/policy-keys.md"
#define PAGE_BYTES_MAX 65536

static const struct {
    const char *name;
    const cyaml_schema_value_t *schema;
} files[] = {
    {"regime.yaml", &tcn_schema_regime},
    {"lines.yaml", &tcn_schema_lines},
    {"organs.yaml", &tcn_schema_organs},
    {"domains.yaml", &tcn_schema_domains},
    {"attributes.yaml", &tcn_schema_attributes},
    {"levels.yaml", &tcn_schema_levels},
    {"divisions.yaml", &tcn_schema_divisions},
    {"calendars.yaml", &tcn_schema_calendars},
    {"clocks.yaml", &tcn_schema_clocks},
    {"escalation.yaml", &tcn_schema_escalation},
    {"expected_reports.yaml", &tcn_schema_expected},
    {"seal.yaml", &tcn_schema_seal},
    {"retention.yaml", &tcn_schema_retention},
    {"programs.yaml", &tcn_schema_programs},
};

static const char head[] = "# Every key of a policy\n"
                           "\n"
                           "Written from the schema that `tocsin policy check` reads by; a test "
                           "compares them. A key that is not here is refused.\n"
                           "What each is for, and which may be left out, stands in "
                           "[policy](policy.md), [clocks](clocks.md) and [plans](plans.md).\n"
                           "A text is any scalar; what it may be is checked after reading, and "
                           "every fault is named with its line and column.\n";

static bool is_list(const cyaml_schema_field_t *field) {
    return field->value.type == CYAML_SEQUENCE;
}

static bool is_table(const cyaml_schema_field_t *field) {
    return is_list(field) && field->value.sequence.entry->type == CYAML_MAPPING;
}

static void write_row(FILE *page, const char *within, const cyaml_schema_field_t *field) {
    (void)fprintf(page, "| `%s%s` | ", within, field->key);
    if (is_table(field)) {
        (void)fprintf(page, "list, at most %u |\n", (unsigned)field->value.sequence.max);
    } else if (is_list(field)) {
        (void)fprintf(page, "list of texts, at most %u |\n", (unsigned)field->value.sequence.max);
    } else {
        assert_int_equal(field->value.type, CYAML_STRING);
        (void)fputs("text |\n", page);
    }
}

/** The keys of a file: those at its top, and those of each entry of a list. */
static void write_file(FILE *page, const char *name, const cyaml_schema_value_t *schema) {
    (void)fprintf(page, "\n## %s\n\n| Key | Is |\n|---|---|\n", name);
    assert_int_equal(schema->type, CYAML_MAPPING);
    for (const cyaml_schema_field_t *top = schema->mapping.fields; top->key != NULL; top++) {
        char within[64];
        write_row(page, "", top);
        (void)snprintf(within, sizeof(within), "%s.", top->key);
        const cyaml_schema_field_t *field =
            is_table(top) ? top->value.sequence.entry->mapping.fields : NULL;
        for (; field != NULL && field->key != NULL; field++) {
            assert_false(is_table(field)); /* nothing is deeper */
            write_row(page, within, field);
        }
    }
}

static const char *path_of(const char *name, char *out_path, size_t size) {
    const char *source = getenv("TOCSIN_SRC");
    assert_non_null(source);
    (void)snprintf(out_path, size, "%s/%s", source, name);
    return out_path;
}

/** Reads a page of the documents. Owns: lent until the next call with the same room. */
static const char *read_page(const char *name, char *out_text) {
    char path[512];
    FILE *file = fopen(path_of(name, path, sizeof(path)), "rb");
    assert_non_null(file);
    const size_t size = fread(out_text, 1, PAGE_BYTES_MAX - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size < PAGE_BYTES_MAX - 1);
    out_text[size] = '\0';
    return out_text;
}

static void the_page_has_every_key_of_the_schema(void **state) {
    (void)state;
    static char wanted[PAGE_BYTES_MAX];
    static char found[PAGE_BYTES_MAX];
    char path[512];
    FILE *page = fmemopen(wanted, sizeof(wanted), "w");
    assert_non_null(page);
    (void)fputs(head, page);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        write_file(page, files[i].name, files[i].schema);
    }
    assert_int_equal(fclose(page), 0);
    if (getenv("TOCSIN_GOLDEN_WRITE") != NULL) {
        FILE *file = fopen(path_of(PAGE, path, sizeof(path)), "wb");
        assert_non_null(file);
        assert_true(fputs(wanted, file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    assert_string_equal(read_page(PAGE, found), wanted);
}

/* policy.md, clocks.md and plans.md. */
static char pages[3][PAGE_BYTES_MAX];

/** True when one of the pages has the key as a word of its own. */
static bool is_explained(const char *key) {
    char quoted[80];
    (void)snprintf(quoted, sizeof(quoted), "`%s`", key);
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        if (strstr(pages[i], quoted) != NULL) {
            return true;
        }
    }
    return false;
}

/** The first key of a mapping that nobody explains, or NULL. */
static const char *unexplained(const cyaml_schema_field_t *fields) {
    for (const cyaml_schema_field_t *field = fields; field->key != NULL; field++) {
        if (!is_explained(field->key)) {
            return field->key;
        }
    }
    return NULL;
}

static void every_key_is_explained(void **state) {
    (void)state;
    (void)read_page("docs/reference/policy.md", pages[0]);
    (void)read_page("docs/reference/clocks.md", pages[1]);
    (void)read_page("docs/reference/plans.md", pages[2]);
    assert_false(is_explained("no_such_key"));
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const cyaml_schema_field_t *top = files[i].schema->mapping.fields;
        const char *key = unexplained(top);
        for (; key == NULL && top->key != NULL; top++) {
            key = is_table(top) ? unexplained(top->value.sequence.entry->mapping.fields) : NULL;
        }
        if (key != NULL) {
            fail_msg("%s: nobody explains %s", files[i].name, key);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_key_of_the_schema),
        cmocka_unit_test(every_key_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
