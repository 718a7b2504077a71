#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hospes_pieces.h"

typedef struct {
  const uint8_t *start, *at, *end;
  const char *problem;
} reader_t;

static bool stop(reader_t *reader, const char *problem) {
  if (reader->problem == NULL) reader->problem = problem;
  return false;
}

static void skip(reader_t *reader) {
  while (reader->at < reader->end
         && (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' || *reader->at == '\t')) {
    reader->at++;
  }
}

static bool take(reader_t *reader, char sign) {
  skip(reader);
  if (reader->at == reader->end || *reader->at != (uint8_t)sign) return false;
  reader->at++;
  return true;
}

/* Four hexadecimal digits; -1 where there are none. */
static int32_t unit(reader_t *reader) {
  int32_t made = 0;
  for (int at = 0; at < 4; at++) {
    int value = reader->at < reader->end ? digit(*reader->at++) : -1;
    if (value < 0) return -1;
    made = made * 16 + value;
  }
  return made;
}

static uint8_t *put(uint8_t *out, uint32_t sign) {
  if (sign < 0x80) {
    *out++ = (uint8_t)sign;
  } else if (sign < 0x800) {
    *out++ = (uint8_t)(0xc0 | sign >> 6);
    *out++ = (uint8_t)(0x80 | (sign & 63));
  } else if (sign < 0x10000) {
    *out++ = (uint8_t)(0xe0 | sign >> 12);
    *out++ = (uint8_t)(0x80 | (sign >> 6 & 63));
    *out++ = (uint8_t)(0x80 | (sign & 63));
  } else {
    *out++ = (uint8_t)(0xf0 | sign >> 18);
    *out++ = (uint8_t)(0x80 | (sign >> 12 & 63));
    *out++ = (uint8_t)(0x80 | (sign >> 6 & 63));
    *out++ = (uint8_t)(0x80 | (sign & 63));
  }
  return out;
}

/* What follows a backslash. Half a pair of surrogates, which visitors' programs send, becomes U+FFFD. */
static bool escape(reader_t *reader, uint8_t **out) {
  static const char plain[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
  if (reader->at == reader->end) return stop(reader, "a text doesn't end");
  uint8_t sign = *reader->at++;
  if (sign != 'u') {
    for (const char *pair = plain; *pair; pair += 2) {
      if ((uint8_t)pair[0] == sign) {
        *(*out)++ = (uint8_t)pair[1];
        return true;
      }
    }
    return stop(reader, "an escape that there isn't");
  }
  int32_t high = unit(reader);
  if (high < 0) return stop(reader, "an escape without its four digits");
  uint32_t made = (uint32_t)high;
  if (high >= 0xd800 && high < 0xe000) {
    made = 0xfffd;
    const uint8_t *after = reader->at;
    if (high < 0xdc00 && reader->end - after >= 6 && after[0] == '\\' && after[1] == 'u') {
      reader->at += 2;
      int32_t low = unit(reader);
      if (low >= 0xdc00 && low < 0xe000) {
        made = 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
      } else {
        reader->at = after;
      }
    }
  }
  *out = put(*out, made);
  return true;
}

static bool string(reader_t *reader, hospes_string_t *text) {
  if (!take(reader, '"')) return stop(reader, "a text is missing");
  /* No escape is shorter than what it stands for. */
  const uint8_t *end = reader->at;
  while (end < reader->end && *end != '"') end += *end == '\\' && end + 1 < reader->end ? 2 : 1;
  *text = room((size_t)(end - reader->at));
  uint8_t *out = text->ptr;
  while (reader->at < reader->end && *reader->at != '"') {
    uint8_t byte = *reader->at++;
    if (byte < ' ') return stop(reader, "a control character in a text");
    if (byte != '\\') {
      *out++ = byte;
    } else if (!escape(reader, &out)) {
      return false;
    }
  }
  if (reader->at == reader->end) return stop(reader, "a text doesn't end");
  reader->at++;
  text->len = (size_t)(out - text->ptr);
  return true;
}

static bool number(reader_t *reader, hospes_json_t *made) {
  const uint8_t *from = reader->at;
  const uint8_t *at = from;
  const uint8_t *end = reader->end;
  if (at < end && *at == '-') at++;
  const uint8_t *digits = at;
  while (at < end && *at >= '0' && *at <= '9') at++;
  if (at == digits || (*digits == '0' && at - digits > 1)) return stop(reader, "a value is missing");
  if (at < end && *at == '.') {
    digits = ++at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    if (at == digits) return stop(reader, "a digit is missing");
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    at++;
    if (at < end && (*at == '+' || *at == '-')) at++;
    digits = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    if (at == digits) return stop(reader, "a digit is missing");
  }
  reader->at = at;
  made->kind = HOSPES_JSON_NUMBER;
  made->text = hospes_format("%.*s", (int)(at - from), (const char *)from);
  made->number = strtod((const char *)made->text.ptr, NULL);
  return true;
}

static bool word(reader_t *reader, const char *name) {
  size_t length = strlen(name);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, name, length) != 0) return false;
  reader->at += length;
  return true;
}

static bool value(reader_t *reader, hospes_json_t *made, int depth);

static bool items(reader_t *reader, hospes_json_t *made, int depth, bool named) {
  char end = named ? '}' : ']';
  made->kind = named ? HOSPES_JSON_OBJECT : HOSPES_JSON_LIST;
  if (depth == HOSPES_JSON_DEPTH) return stop(reader, "it is nested too deep");
  if (take(reader, end)) return true;
  for (hospes_json_t **last = &made->first;; last = &(*last)->next) {
    *last = hospes_zeroed(1, sizeof **last);
    made->count++;
    if (named && !(string(reader, &(*last)->name) && (take(reader, ':') || stop(reader, "a colon is missing")))) {
      return false;
    }
    if (!value(reader, *last, depth + 1)) return false;
    if (take(reader, end)) return true;
    if (!take(reader, ',')) return stop(reader, "a comma is missing");
  }
}

static bool value(reader_t *reader, hospes_json_t *made, int depth) {
  skip(reader);
  if (reader->at == reader->end) return stop(reader, "a value is missing");
  switch (*reader->at) {
    case '{':
      reader->at++;
      return items(reader, made, depth, true);
    case '[':
      reader->at++;
      return items(reader, made, depth, false);
    case '"':
      made->kind = HOSPES_JSON_TEXT;
      return string(reader, &made->text);
  }
  if (word(reader, "null")) return true;
  made->truth = word(reader, "true");
  if (made->truth || word(reader, "false")) {
    made->kind = HOSPES_JSON_BOOLEAN;
    return true;
  }
  return number(reader, made);
}

const hospes_json_t *hospes_json_read(hospes_string_t text, hospes_string_t *problem) {
  text = hospes_utf8(text);
  reader_t reader = {.start = text.ptr, .at = text.ptr, .end = text.ptr + text.len, .problem = NULL};
  if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0) reader.at += 3;
  hospes_json_t *made = hospes_zeroed(1, sizeof *made);
  if (value(&reader, made, 0)) {
    skip(&reader);
    if (reader.at == reader.end) return made;
    stop(&reader, "something follows");
  }
  *problem = hospes_format("%s, at byte %zu", reader.problem, (size_t)(reader.at - reader.start));
  return NULL;
}

const hospes_json_t *hospes_json_field(const hospes_json_t *object, const char *name) {
  if (object == NULL || object->kind != HOSPES_JSON_OBJECT) return NULL;
  for (const hospes_json_t *field = object->first; field != NULL; field = field->next) {
    if (hospes_equal(field->name, name)) return field;
  }
  return NULL;
}

bool hospes_json_text(const hospes_json_t *object, const char *name, hospes_string_t *text) {
  const hospes_json_t *field = hospes_json_field(object, name);
  if (field == NULL || field->kind != HOSPES_JSON_TEXT) return false;
  *text = field->text;
  return true;
}

bool hospes_json_integer(const hospes_json_t *number, int64_t *whole) {
  if (number == NULL || number->kind != HOSPES_JSON_NUMBER) return false;
  char *end;
  errno = 0;
  *whole = strtoll((const char *)number->text.ptr, &end, 10);
  return errno == 0 && end == (char *)number->text.ptr + number->text.len;
}

hospes_string_t hospes_json_quoted(hospes_string_t text) {
  static const char digits[] = "0123456789abcdef";
  hospes_string_t made = room(text.len * 6 + 2);
  uint8_t *out = made.ptr;
  *out++ = '"';
  for (size_t at = 0; at < text.len; at++) {
    uint8_t byte = text.ptr[at];
    if (byte < ' ') {
      memcpy(out, "\\u00", 4);
      out[4] = (uint8_t)digits[byte >> 4];
      out[5] = (uint8_t)digits[byte & 15];
      out += 6;
      continue;
    }
    if (byte == '"' || byte == '\\') *out++ = '\\';
    *out++ = byte;
  }
  *out++ = '"';
  made.len = (size_t)(out - made.ptr);
  return made;
}
