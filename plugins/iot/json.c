/* Bodies of JSON, and what trees of JSON and CBOR have in common. */
#include <stdlib.h>
#include <string.h>

#include "iot.h"

/* The words that stand for numbers that are none, as the programs of many languages write them. */
static size_t word(hospes_string_t text, size_t at) {
  static const char *const words[] = {"NaN",      "-NaN",      "nan", "-nan", "Infinity", "-Infinity",
                                      "infinity", "-infinity", "Inf", "-Inf", "inf",      "-inf"};
  for (size_t of = 0; of < sizeof words / sizeof *words; of++) {
    size_t length = strlen(words[of]);
    if (text.len - at >= length && memcmp(text.ptr + at, words[of], length) == 0) return length;
  }
  return 0;
}

/* The same JSON with those words as texts, so that one broken sensor doesn't refuse a whole batch. Counts the values.
 */
static hospes_string_t without_words(hospes_string_t text, size_t *values) {
  builder_t made = {0};
  size_t kept = 0;
  *values = 1;
  for (size_t at = 0; at < text.len; at++) {
    uint8_t sign = text.ptr[at];
    if (sign == '"') {
      while (++at < text.len && text.ptr[at] != '"') at += text.ptr[at] == '\\';
      continue;
    }
    *values += sign == ',' || sign == '[' || sign == '{';
    if (sign != 'N' && sign != 'I' && sign != '-' && sign != 'n' && sign != 'i') continue;
    size_t length = word(text, at);
    if (length == 0) continue;
    append(&made, (hospes_string_t){.ptr = text.ptr + kept, .len = at - kept});
    append_format(&made, "\"%.*s\"", (int)length, (const char *)text.ptr + at);
    kept = at + length;
    at = kept - 1;
  }
  if (kept == 0) return text;
  append(&made, (hospes_string_t){.ptr = text.ptr + kept, .len = text.len - kept});
  return made.text;
}

const hospes_json_t *json_read(hospes_string_t text, hospes_string_t *problem) {
  size_t values;
  text = without_words(hospes_utf8(text), &values);
  if (values > MOST_VALUES) {
    *problem = hospes_format("more than %d values", MOST_VALUES);
    return NULL;
  }
  return hospes_json_read(text, problem);
}

static int by_name(const void *one, const void *other) {
  const hospes_string_t *left = *(hospes_string_t *const *)one, *right = *(hospes_string_t *const *)other;
  size_t common = left->len < right->len ? left->len : right->len;
  int order = memcmp(left->ptr, right->ptr, common);
  if (order != 0) return order;
  return (left->len > common) - (right->len > common);
}

const hospes_string_t *name_twice(const hospes_json_t *tree) {
  const hospes_string_t *twice = NULL;
  if (tree->kind == HOSPES_JSON_OBJECT && tree->count > 1) {
    const hospes_string_t **names = hospes_zeroed(tree->count, sizeof *names);
    size_t count = 0;
    for (const hospes_json_t *field = tree->first; field; field = field->next) names[count++] = &field->name;
    qsort(names, count, sizeof *names, by_name);
    for (size_t at = 1; at < count && !twice; at++) {
      if (hospes_same(*names[at - 1], *names[at])) twice = names[at];
    }
  }
  /* No deeper than what was read, 64 at most. */
  for (const hospes_json_t *item = tree->first; item && !twice; item = item->next) {
    if (item->first) twice = name_twice(item);
  }
  return twice;
}

static const hospes_json_t *step(const hospes_json_t *tree, hospes_string_t name) {
  if (tree->kind == HOSPES_JSON_OBJECT) {
    for (const hospes_json_t *field = tree->first; field; field = field->next) {
      if (hospes_same(field->name, name)) return field;
    }
  }
  decimal_t decimal;
  int64_t index;
  if (tree->kind != HOSPES_JSON_LIST || !decimal_read(name, &decimal) || !decimal_scaled(&decimal, 0, &index))
    return NULL;
  const hospes_json_t *item = tree->first;
  while (item && index-- > 0) item = item->next;
  return item;
}

const hospes_json_t *at_path(const hospes_json_t *tree, hospes_string_t path) {
  while (tree && path.len > 0) {
    size_t length = 0;
    while (length < path.len && path.ptr[length] != '.') length++;
    tree = step(tree, (hospes_string_t){.ptr = path.ptr, .len = length});
    size_t skipped = length < path.len ? length + 1 : length;
    path = (hospes_string_t){.ptr = path.ptr + skipped, .len = path.len - skipped};
  }
  return tree;
}
