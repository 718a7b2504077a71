/* SenML, RFC 8428: records of which each adds to what the ones before have set. In CBOR its labels are numbers. */
#include <string.h>

#include "iot.h"

/* Times below this are relative to now (section 4.5.3). */
#define RELATIVE ((int64_t)268435456 * 1000000)

/* A label as JSON has it, or as the number that CBOR has for it (section 6). */
static const hospes_json_t *labelled(const hospes_json_t *record, const char *label) {
  static const char *const numbers[][2] = {{"bver", "-1"}, {"bn", "-2"}, {"bt", "-3"}, {"bu", "-4"}, {"bv", "-5"},
                                           {"bs", "-6"},   {"n", "0"},   {"u", "1"},   {"v", "2"},   {"vs", "3"},
                                           {"vb", "4"},    {"s", "5"},   {"t", "6"},   {"vd", "8"}};
  const hospes_json_t *found = hospes_json_field(record, label);
  for (size_t at = 0; !found && at < sizeof numbers / sizeof *numbers; at++) {
    if (strcmp(numbers[at][0], label) == 0) found = hospes_json_field(record, numbers[at][1]);
  }
  return found;
}

static bool has_one_of(const hospes_json_t *record, const char *const *labels) {
  for (; *labels; labels++) {
    if (labelled(record, *labels)) return true;
  }
  return false;
}

bool is_senml(const hospes_json_t *tree) {
  static const char *const own[] = {"bn", "bt", "bu", "bver", NULL};
  static const char *const names[] = {"n", NULL}, *const values[] = {"v", "vs", "vb", "s", "vd", NULL};
  if (tree->kind != HOSPES_JSON_LIST || !tree->first || tree->first->kind != HOSPES_JSON_OBJECT) return false;
  return has_one_of(tree->first, own) || (has_one_of(tree->first, names) && has_one_of(tree->first, values));
}

/* What has been set by the records so far. */
typedef struct {
  hospes_string_t name, unit;
  const hospes_json_t *time, *value, *sum;
} base_t;

static hospes_string_t text_of(const hospes_json_t *value, hospes_string_t otherwise) {
  return value && value->kind == HOSPES_JSON_TEXT ? value->text : otherwise;
}

/* Both numbers as one; a number alone keeps its digits. */
static hospes_json_t sum_of(const hospes_json_t *one, const hospes_json_t *other) {
  bool has_one = one && one->kind == HOSPES_JSON_NUMBER, has_other = other && other->kind == HOSPES_JSON_NUMBER;
  if (!has_one) return *other;
  if (!has_other) return *one;
  hospes_json_t made = {.kind = HOSPES_JSON_NUMBER, .number = one->number + other->number};
  made.text = double_text(made.number);
  if (made.number - made.number != 0) made = (hospes_json_t){.kind = HOSPES_JSON_TEXT, .text = hospes_text("NaN")};
  return made;
}

/* Microseconds of a number of seconds; false where it can't be a time. */
static bool micros(const hospes_json_t *seconds, int64_t *made) {
  *made = 0;
  decimal_t decimal;
  return seconds == NULL
         || (seconds->kind == HOSPES_JSON_NUMBER && decimal_read(seconds->text, &decimal)
             && decimal_scaled(&decimal, 6, made));
}

/* The time of a record as a number of microseconds in a tree, which the settings' unit is not asked for. */
static bool time_of(const base_t *base, const hospes_json_t *own, int64_t now, int64_t *time) {
  int64_t of_base, of_own;
  if (!micros(base->time, &of_base) || !micros(own, &of_own)) return false;
  bool is_too_far = __builtin_add_overflow(of_base, of_own, time);
  if (!is_too_far && *time < RELATIVE) is_too_far = __builtin_add_overflow(*time, now, time);
  return !is_too_far;
}

/* How many bytes of a name are the device's. What follows its separator is the metric: bn
 * "urn:dev:ow:10e2073a01080063:" with n "voltage", "boiler-7/temperature". A name of the scheme urn:dev (RFC 9039) has
 * the device in its fourth part. */
static size_t device_length(hospes_string_t name, size_t base) {
  if (base > 0 && base < name.len) return base;
  size_t colons = 0, last = 0;
  bool is_urn = hospes_starts_with(name, "urn:dev:");
  for (size_t at = 0; at < name.len; at++) {
    uint8_t sign = name.ptr[at];
    colons += sign == ':';
    if (is_urn && at > 8 && (sign == '/' || sign == '_' || (sign == ':' && colons > 3))) return at;
    if (sign == '/' || sign == ':') last = at;
  }
  return is_urn ? name.len : last;
}

static bool is_separator(uint8_t sign) {
  return sign == ':' || sign == '/' || sign == '_' || sign == '.' || sign == '-';
}

static void split(hospes_string_t name, size_t base, context_t *within, hospes_string_t *metric) {
  size_t length = device_length(name, base);
  hospes_string_t device = {.ptr = name.ptr, .len = length};
  *metric = (hospes_string_t){.ptr = name.ptr + length, .len = name.len - length};
  while (device.len > 0 && is_separator(device.ptr[device.len - 1])) device.len--;
  while (metric->len > 0 && is_separator(metric->ptr[0])) metric->ptr++, metric->len--;
  if (metric->len == 0) *metric = hospes_text("value");
  if (device.len > 0) within->device = device;
}

static bool read_one(readings_t *to, const reading_settings_t *how, const context_t *around, const base_t *base,
                     const hospes_json_t *record) {
  static const char *const kinds[] = {"v", "vs", "vb", "s"};
  const hospes_json_t *value = NULL;
  const char *kind = "";
  for (size_t at = 0; at < sizeof kinds / sizeof *kinds && !value; at++) {
    value = labelled(record, kind = kinds[at]);
  }
  if (value == NULL) return true;
  hospes_json_t found = strcmp(kind, "v") == 0   ? sum_of(base->value, value)
                        : strcmp(kind, "s") == 0 ? sum_of(base->sum, value)
                                                 : *value;
  context_t within = *around;
  hospes_string_t own = text_of(labelled(record, "n"), hospes_text("")), metric;
  hospes_string_t name = hospes_format("%.*s%.*s", HOSPES_ARG(base->name), HOSPES_ARG(own));
  /* A base that is the whole name is split as any name. */
  split(name, own.len > 0 ? base->name.len : 0, &within, &metric);
  within.unit = text_of(labelled(record, "u"), base->unit);
  const hospes_json_t *time = labelled(record, "t");
  hospes_json_t resolved = {.kind = HOSPES_JSON_NUMBER, .text = hospes_text("?")};
  reading_settings_t exact = *how;
  int64_t micros_now;
  if (time || base->time) {
    exact.clock.unit = 6;
    bool is_time = time_of(base, time, how->now, &micros_now);
    resolved.text = is_time ? hospes_format("%lld", (long long)micros_now) : (time ? time : base->time)->text;
    within.time = &resolved;
  }
  return add_reading(to, &exact, &within, metric, &found);
}

/* A label that ends so has to be understood, or the pack isn't read (section 4.4). */
static bool has_to_be_understood(const hospes_json_t *record) {
  for (const hospes_json_t *item = record->first; item; item = item->next) {
    if (item->name.len > 0 && item->name.ptr[item->name.len - 1] == '_') return true;
  }
  return false;
}

bool read_senml(readings_t *to, const reading_settings_t *how, const context_t *around, const hospes_json_t *pack) {
  base_t base = {0};
  for (const hospes_json_t *record = pack->first; record; record = record->next) {
    const hospes_json_t *version = labelled(record, "bver"), *set;
    bool is_newer = version && (version->kind != HOSPES_JSON_NUMBER || version->number > 10);
    if (record->kind != HOSPES_JSON_OBJECT || is_newer || has_to_be_understood(record)) {
      return add_problem(to, base.name, hospes_text(""), "unreadable"), true;
    }
    base.name = text_of(labelled(record, "bn"), base.name);
    base.unit = text_of(labelled(record, "bu"), base.unit);
    if ((set = labelled(record, "bt"))) base.time = set;
    if ((set = labelled(record, "bv"))) base.value = set;
    if ((set = labelled(record, "bs"))) base.sum = set;
    if (!read_one(to, how, around, &base, record)) return false;
  }
  return true;
}
