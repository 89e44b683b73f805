/* SPDX-License-Identifier: Apache-2.0 */
#include "base/width.h"

/** Characters from one to another, both included. */
struct range {
    uint32_t first;
    uint32_t last;
};

/* In order. Source: EastAsianWidth.txt, W and F, neighbours joined. */
static const struct range wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6B},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x16FF1}, {0x17000, 0x18CFF}, {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C}, {0x1F37E, 0x1F393},
    {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D},
    {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596},
    {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC},
    {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6DC, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0}, {0x1F90C, 0x1F93A},
    {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Marks that stand on the character before, and what takes no room: as much of them as texts of
 * this district have. */
static const struct range none[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F}, {0x20D0, 0x20FF}, {0x302A, 0x302D},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t character) {
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranges[middle].last < character) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && ranges[low].first <= character;
}

/** Takes the character at the front; gives its bytes. What is not UTF-8 is one byte and no
 * character of any range. */
static size_t take(const uint8_t *data, size_t size, uint32_t *out_character) {
    const uint8_t first = data[0];
    const size_t wanted = first < 0x80   ? 1
                          : first < 0xC2 ? 0
                          : first < 0xE0 ? 2
                          : first < 0xF0 ? 3
                          : first < 0xF5 ? 4
                                         : 0;
    uint32_t character = wanted == 1   ? first
                         : wanted == 2 ? first & 0x1Fu
                         : wanted == 3 ? first & 0x0Fu
                                       : first & 0x07u;
    *out_character = '?';
    if (wanted == 0 || wanted > size) {
        return 1;
    }
    for (size_t i = 1; i < wanted; i++) {
        if ((data[i] & 0xC0u) != 0x80u) {
            return 1;
        }
        character = character << 6 | (data[i] & 0x3Fu);
    }
    *out_character = character;
    return wanted;
}

static size_t columns_of(uint32_t character) {
    if (character < 0x0300) {
        return 1;
    }
    if (is_in(none, sizeof(none) / sizeof(none[0]), character)) {
        return 0;
    }
    return is_in(wide, sizeof(wide) / sizeof(wide[0]), character) ? 2 : 1;
}

size_t tcn_text_width(struct tcn_slice text) {
    size_t width = 0;
    for (size_t offset = 0; offset < text.size;) {
        uint32_t character = 0;
        offset += take(text.data + offset, text.size - offset, &character);
        width += columns_of(character);
    }
    return width;
}

size_t tcn_text_fit(struct tcn_slice text, size_t columns) {
    size_t width = 0;
    size_t offset = 0;
    while (offset < text.size) {
        uint32_t character = 0;
        const size_t size = take(text.data + offset, text.size - offset, &character);
        width += columns_of(character);
        if (width > columns) {
            break;
        }
        offset += size;
    }
    return offset;
}
