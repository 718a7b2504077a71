/* CBOR, RFC 8949: as much of it as devices send, read into the same tree as JSON.
 *
 * Every item is checked against the bytes that are left before memory is taken for it, so that a length which lies
 * costs nothing. Tags are skipped but for decimal fractions (4), which SenML allows for numbers. */
#include <math.h>
#include <string.h>

#include "iot.h"

typedef struct {
  const uint8_t *start, *at, *end;
  size_t values;
  const char *problem;
} reader_t;

/* The major types. */
enum { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };
/* What ends a string, list or map of indefinite length. */
#define BREAK 0xff
#define DECIMAL_FRACTION 4

/* The first byte of an item with its argument. */
typedef struct {
  int type, details;
  bool is_indefinite;
  uint64_t argument;
} head_t;

static bool stop(reader_t *reader, const char *problem) {
  if (reader->problem == NULL) reader->problem = problem;
  return false;
}

static bool head(reader_t *reader, head_t *made) {
  if (reader->at == reader->end) return stop(reader, "it ends within a value");
  uint8_t first = *reader->at++;
  *made = (head_t){.type = first >> 5, .details = first & 31};
  if (made->details < 24) {
    made->argument = (uint64_t)made->details;
    return true;
  }
  if (made->details == 31 && made->type >= BYTES && made->type <= MAP) return made->is_indefinite = true;
  if (made->details > 27) return stop(reader, "a length that there isn't");
  size_t length = (size_t)1 << (made->details - 24);
  if ((size_t)(reader->end - reader->at) < length) return stop(reader, "it ends within a value");
  while (length-- > 0) made->argument = made->argument << 8 | *reader->at++;
  return true;
}

static bool is_break(reader_t *reader) {
  if (reader->at == reader->end || *reader->at != BREAK) return false;
  reader->at++;
  return true;
}

static bool piece(reader_t *reader, uint64_t length, builder_t *to) {
  if ((uint64_t)(reader->end - reader->at) < length) return stop(reader, "it ends within a text");
  append(to, (hospes_string_t){.ptr = (uint8_t *)reader->at, .len = (size_t)length});
  reader->at += length;
  return true;
}

static bool string(reader_t *reader, const head_t *of, hospes_string_t *text) {
  builder_t made = {0};
  append(&made, hospes_text(""));
  if (!of->is_indefinite) {
    if (!piece(reader, of->argument, &made)) return false;
  } else {
    while (!is_break(reader)) {
      head_t chunk;
      if (!head(reader, &chunk)) return false;
      if (chunk.type != of->type || chunk.is_indefinite)
        return stop(reader, "a piece of a text that is of another kind");
      if (!piece(reader, chunk.argument, &made)) return false;
    }
  }
  *text = of->type == TEXT ? hospes_utf8(made.text) : hospes_hex(hospes_bytes(made.text));
  return true;
}

static hospes_string_t integer(const head_t *of) {
  unsigned long long argument = of->argument;
  if (of->type == UNSIGNED) return hospes_format("%llu", argument);
  /* -1 - 18446744073709551615 doesn't fit into 64 bits. */
  if (argument == UINT64_MAX) return hospes_text("-18446744073709551616");
  return hospes_format("-%llu", argument + 1);
}

/* Half precision, as in appendix D. */
static float half(uint64_t bits) {
  int exponent = bits >> 10 & 31;
  float mantissa = (float)(bits & 1023);
  float made = exponent == 0 ? ldexpf(mantissa, -24) : ldexpf(mantissa + 1024, exponent - 25);
  if (exponent == 31) made = mantissa == 0 ? INFINITY : NAN;
  return bits & 0x8000 ? -made : made;
}

static void number(hospes_json_t *made, const head_t *of) {
  uint32_t narrow = (uint32_t)of->argument;
  float single = of->details == 25 ? half(of->argument) : 0;
  if (of->details == 26) memcpy(&single, &narrow, sizeof single);
  made->number = single;
  if (of->details == 27) memcpy(&made->number, &of->argument, sizeof made->number);
  if (!isfinite(made->number)) {
    made->kind = HOSPES_JSON_TEXT;
    made->text = hospes_text(isnan(made->number) ? "NaN" : made->number < 0 ? "-Infinity" : "Infinity");
    return;
  }
  made->kind = HOSPES_JSON_NUMBER;
  made->text = of->details == 27 ? double_text(made->number) : float_text(single);
}

static bool simple(reader_t *reader, hospes_json_t *made, const head_t *of) {
  if (of->details >= 25) {
    number(made, of);
    return true;
  }
  if (of->details == 24 && of->argument < 32) return stop(reader, "a simple value in two bytes that has one");
  made->kind = of->argument == 20 || of->argument == 21 ? HOSPES_JSON_BOOLEAN : HOSPES_JSON_NULL;
  made->truth = of->argument == 21;
  return true;
}

static bool value(reader_t *reader, hospes_json_t *made, int depth);

static bool key(reader_t *reader, hospes_string_t *name) {
  head_t of;
  if (!head(reader, &of)) return false;
  if (of.type == TEXT || of.type == BYTES) return string(reader, &of, name);
  if (of.type != UNSIGNED && of.type != NEGATIVE) return stop(reader, "a key that is no text and no whole number");
  *name = integer(&of);
  return true;
}

static bool items(reader_t *reader, hospes_json_t *made, const head_t *of, int depth) {
  made->kind = of->type == MAP ? HOSPES_JSON_OBJECT : HOSPES_JSON_LIST;
  if (depth == HOSPES_JSON_DEPTH) return stop(reader, "it is nested too deep");
  for (hospes_json_t **last = &made->first; of->is_indefinite || made->count < of->argument; last = &(*last)->next) {
    if (of->is_indefinite && is_break(reader)) break;
    if (reader->at == reader->end) return stop(reader, "it ends within a list or map");
    *last = hospes_zeroed(1, sizeof **last);
    made->count++;
    if (of->type == MAP && !key(reader, &(*last)->name)) return false;
    if (!value(reader, *last, depth + 1)) return false;
  }
  return true;
}

/* A decimal fraction [exponent, mantissa] as a number; any other list stays what it is. */
static void decimal_fraction(hospes_json_t *made) {
  const hospes_json_t *exponent = made->first, *mantissa = exponent ? exponent->next : NULL;
  if (made->kind != HOSPES_JSON_LIST || made->count != 2) return;
  if (exponent->kind != HOSPES_JSON_NUMBER || mantissa->kind != HOSPES_JSON_NUMBER) return;
  hospes_string_t text = hospes_format("%.*se%.*s", HOSPES_ARG(mantissa->text), HOSPES_ARG(exponent->text));
  decimal_t decimal;
  /* Both have to be whole numbers. */
  if (!decimal_read(text, &decimal)) return;
  *made = (hospes_json_t){.kind = HOSPES_JSON_NUMBER, .text = decimal_text(&decimal), .name = made->name};
}

static bool value(reader_t *reader, hospes_json_t *made, int depth) {
  head_t of;
  bool is_fraction = false;
  if (++reader->values > MOST_VALUES) return stop(reader, "it has more values than are read");
  if (!head(reader, &of)) return false;
  while (of.type == TAG) {
    is_fraction = of.argument == DECIMAL_FRACTION;
    if (!head(reader, &of)) return false;
  }
  switch (of.type) {
    case UNSIGNED:
    case NEGATIVE:
      made->kind = HOSPES_JSON_NUMBER;
      made->text = integer(&of);
      made->number = of.type == UNSIGNED ? (double)of.argument : -1 - (double)of.argument;
      return true;
    case BYTES:
    case TEXT:
      made->kind = HOSPES_JSON_TEXT;
      return string(reader, &of, &made->text);
    case SIMPLE:
      return simple(reader, made, &of);
  }
  if (!items(reader, made, &of, depth)) return false;
  if (is_fraction) decimal_fraction(made);
  return true;
}

const hospes_json_t *cbor_read(hospes_list_u8_t bytes, hospes_string_t *problem) {
  reader_t reader = {.start = bytes.ptr, .at = bytes.ptr, .end = bytes.ptr + bytes.len};
  hospes_json_t *made = hospes_zeroed(1, sizeof *made);
  if (value(&reader, made, 0)) {
    if (reader.at == reader.end) return made;
    stop(&reader, "something follows");
  }
  *problem = hospes_format("%s, at byte %zu", reader.problem, (size_t)(reader.at - reader.start));
  return NULL;
}
