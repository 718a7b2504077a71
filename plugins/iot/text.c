/* Texts that came from outside: what isn't UTF-8 ends a call, and what is long or invisible helps nobody. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "iot.h"

/* The bytes of the character that begins here, in a text that is UTF-8. */
static size_t character(const uint8_t *at) {
  return *at < 0x80 ? 1 : *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
}

static bool is_control(const uint8_t *at, size_t length) {
  return (length == 1 && (*at < ' ' || *at == 0x7f)) || (length == 2 && at[0] == 0xc2 && at[1] < 0xa0);
}

hospes_string_t clipped(hospes_string_t text, size_t most) {
  text = hospes_utf8(text);
  hospes_string_t made = {.ptr = hospes_zeroed(text.len, 1)};
  for (size_t at = 0; at < text.len;) {
    size_t length = character(text.ptr + at);
    if (made.len + length > most) break;
    if (is_control(text.ptr + at, length)) {
      made.ptr[made.len++] = ' ';
    } else {
      memcpy(made.ptr + made.len, text.ptr + at, length);
      made.len += length;
    }
    at += length;
  }
  return hospes_trim(made);
}

bool is_device_id(hospes_string_t text) {
  if (text.len == 0 || text.len > LONGEST_DEVICE) return false;
  text = hospes_utf8(text);
  bool is_visible = false;
  for (size_t at = 0; at < text.len;) {
    size_t length = character(text.ptr + at);
    /* U+FFFD stands for what couldn't be read: two such ids may be those of two devices. */
    if (is_control(text.ptr + at, length) || memcmp(text.ptr + at, "\xef\xbf\xbd", length) == 0) {
      return false;
    }
    is_visible |= text.ptr[at] != ' ';
    at += length;
  }
  return is_visible;
}

bool fits(hospes_string_t text, hospes_string_t pattern) {
  size_t at = 0, of = 0, star = SIZE_MAX, from = 0;
  while (at < text.len) {
    if (of < pattern.len && pattern.ptr[of] == '*') {
      star = of++;
      from = at;
    } else if (of < pattern.len && pattern.ptr[of] == text.ptr[at]) {
      of++, at++;
    } else if (star != SIZE_MAX) {
      of = star + 1;
      at = ++from;
    } else {
      return false;
    }
  }
  while (of < pattern.len && pattern.ptr[of] == '*') of++;
  return of == pattern.len;
}

hospes_string_t mark_of(hospes_string_t text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t at = 0; at < text.len; at++) hash = (hash ^ text.ptr[at]) * 0x100000001b3;
  return hospes_format("%016llx", (unsigned long long)hash);
}

void append(builder_t *to, hospes_string_t text) {
  /* Also for nothing: a text is never without an address. */
  if (to->text.ptr == NULL || to->text.len + text.len > to->room) {
    to->room = 2 * (to->text.len + text.len);
    uint8_t *moved = hospes_zeroed(to->room, 1);
    if (to->text.len > 0) memcpy(moved, to->text.ptr, to->text.len);
    to->text.ptr = moved;
  }
  if (text.len > 0) memcpy(to->text.ptr + to->text.len, text.ptr, text.len);
  to->text.len += text.len;
}

void append_format(builder_t *to, const char *format, ...) {
  char piece[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  size_t made = (size_t)length < sizeof piece ? (size_t)length : sizeof piece - 1;
  append(to, (hospes_string_t){.ptr = (uint8_t *)piece, .len = made});
}
