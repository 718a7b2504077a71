/* What a request holds: records of many makers' shapes, read by names that are in use or by paths of the settings. */
#include <string.h>

#include "iot.h"

/* Records lie within records so deep at most, and values within values. */
#define DEEPEST 8

typedef const char *const names_t[];

/* Names in use, the first that is there counts. The README lists them with who uses them. */
static names_t device_names = {"device",    "deviceId",  "device_id", "deviceName", "clientid", "clientId",
                               "client_id", "thingName", "devEUI",    "devEui",     "dev_eui",  NULL};
static names_t time_names = {"time",      "timestamp",           "ts",         "at",
                             "eventTime", "event_time",          "measuredAt", "datetime",
                             "gmtCreate", "publish_received_at", NULL};
static names_t id_names = {"id", "messageId", "message_id", "msgId", "requestId", "uuid", NULL};
static names_t unit_names = {"unit", "units", "uom", NULL};
static names_t metric_names = {"metric", "name", "key", "measurement", "property", NULL};
static names_t value_names = {"value", "val", "v", NULL};
/* Of fields that hold records with names of their own, and of those that hold nothing but values. */
static names_t record_names = {"readings", "records", "payload", "message", "data", "batch", NULL};
static names_t values_names = {"values", "metrics",   "measurements", "params", "items", "properties",
                               "fields", "telemetry", "points",       "object", NULL};
/* What bridges add to a message; never measured by a device. */
static names_t bridge_names = {"topic",      "qos",        "retain",  "flags",  "event",   "username",
                               "peerhost",   "node",       "version", "seq",    "rule_id", "metadata",
                               "productKey", "deviceType", "iotId",   "method", NULL};

static bool is_among(const char *const *names, hospes_string_t name) {
  for (; *names; names++) {
    if (hospes_equal(name, *names)) return true;
  }
  return false;
}

static const hospes_json_t *field(const hospes_json_t *record, const char *const *names) {
  for (; *names; names++) {
    const hospes_json_t *found = hospes_json_field(record, *names);
    if (found && found->kind != HOSPES_JSON_NULL) return found;
  }
  return NULL;
}

/* A text, or a number as it is written: ids are both. */
static hospes_string_t plain(const hospes_json_t *value) {
  bool is_plain = value && (value->kind == HOSPES_JSON_TEXT || value->kind == HOSPES_JSON_NUMBER);
  return is_plain ? value->text : hospes_text("");
}

reading_settings_t reading_settings(int64_t now) {
  return (reading_settings_t){
      .clock = clock_settings(),
      .now = now,
      .device_path = setting_text("device-path"),
      .time_path = setting_text("time-path"),
      .id_path = setting_text("id-path"),
      .values_path = setting_text("values-path"),
      .owner_path = setting_text("owner-path"),
  };
}

void add_problem(readings_t *to, hospes_string_t device, hospes_string_t metric, const char *reason) {
  /* By these something leaves no trace in the device's state. */
  static const char *const losses[] = {"no-device", "unreadable", "nested", "too-many", "store-full", NULL};
  problem_t made = {
      .device = clipped(device, LONGEST_DEVICE), .metric = clipped(metric, LONGEST_METRIC), .reason = reason};
  to->all_problems++;
  if (to->lost.reason == NULL && is_among(losses, hospes_text(reason))) to->lost = made;
  if (to->problem_count < MOST_PROBLEMS) to->problems[to->problem_count++] = made;
}

static bool is_not_finite(hospes_string_t text) {
  text = hospes_lower(text);
  if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+')) text.ptr++, text.len--;
  return hospes_equal(text, "nan") || hospes_equal(text, "inf") || hospes_equal(text, "infinity");
}

bool add_reading(readings_t *to, const reading_settings_t *how, const context_t *around, hospes_string_t metric,
                 const hospes_json_t *value) {
  reading_t made = {
      .device = around->device, .metric = metric, .id = around->id, .owner = around->owner, .record = around->record};
  decimal_t decimal;
  switch (value->kind) {
    case HOSPES_JSON_NUMBER:
      made.kind = VALUE_NUMBER;
      made.value = value->text;
      break;
    case HOSPES_JSON_BOOLEAN:
      made.kind = VALUE_BOOLEAN;
      made.value = hospes_text(value->truth ? "true" : "false");
      break;
    case HOSPES_JSON_TEXT:
      /* Many devices write their numbers between quotation marks. */
      made.value = clipped(value->text, LONGEST_VALUE);
      made.kind = decimal_read(made.value, &decimal) ? VALUE_NUMBER : VALUE_TEXT;
      if (is_not_finite(made.value)) made.kind = VALUE_NOT_A_NUMBER;
      break;
    default:
      return true;
  }
  if (!is_device_id(made.device)) return add_problem(to, made.device, metric, "no-device"), true;
  if (metric.len == 0 || metric.len > LONGEST_METRIC) return add_problem(to, made.device, metric, "name-length"), true;
  if (made.kind == VALUE_NOT_A_NUMBER) add_problem(to, made.device, metric, "not-a-number");
  made.metric = clipped(metric, LONGEST_METRIC);
  made.unit = clipped(around->unit, LONGEST_UNIT);
  made.at = how->now;
  int64_t time;
  if (around->time && time_read(around->time, how->clock, &time) && time_is_likely(time, how->now)) {
    made.at = time;
    made.device_time = true;
  } else if (around->time) {
    made.wrong_time = clipped(plain(around->time), 40);
  }
  if (to->count == MOST_READINGS) return false;
  if (to->count == to->room) {
    reading_t *moved = hospes_zeroed(to->room = 2 * to->room + 64, sizeof *moved);
    if (to->count > 0) memcpy(moved, to->items, to->count * sizeof *moved);
    to->items = moved;
  }
  made.place = to->count;
  to->items[to->count++] = made;
  return true;
}

static bool add_values(readings_t *to, const reading_settings_t *how, const context_t *around, hospes_string_t prefix,
                       const hospes_json_t *object, bool is_record, int depth);

/* One field of values: a value, a value with its unit or time, or more values, whose names are joined by dots. */
static bool add_value(readings_t *to, const reading_settings_t *how, const context_t *around, hospes_string_t name,
                      const hospes_json_t *value, int depth) {
  if (value->kind != HOSPES_JSON_OBJECT) return add_reading(to, how, around, name, value);
  const hospes_json_t *inner = field(value, value_names);
  if (inner == NULL) {
    return add_values(to, how, around, hospes_format("%.*s.", HOSPES_ARG(name)), value, false, depth + 1);
  }
  context_t within = *around;
  const hospes_json_t *unit = field(value, unit_names), *time = field(value, time_names);
  if (unit) within.unit = plain(unit);
  if (time) within.time = time;
  return add_reading(to, how, &within, name, inner);
}

static bool add_values(readings_t *to, const reading_settings_t *how, const context_t *around, hospes_string_t prefix,
                       const hospes_json_t *object, bool is_record, int depth) {
  if (depth == DEEPEST) return add_problem(to, around->device, prefix, "nested"), true;
  for (const hospes_json_t *item = object->first; item; item = item->next) {
    bool is_about =
        is_record
        && (is_among(device_names, item->name) || is_among(time_names, item->name) || is_among(id_names, item->name)
            || is_among(unit_names, item->name) || is_among(bridge_names, item->name));
    if (is_about) continue;
    hospes_string_t name = hospes_format("%.*s%.*s", HOSPES_ARG(prefix), HOSPES_ARG(item->name));
    if (!add_value(to, how, around, name, item, depth)) return false;
  }
  return true;
}

/* What a text holds that is a body of its own: JSON, or JSON or CBOR in base64, as bridges hand on what a device sent.
 */
static const hospes_json_t *embedded(hospes_string_t text) {
  hospes_string_t problem, trimmed = hospes_trim(text);
  const hospes_json_t *tree = NULL;
  hospes_list_u8_t bytes;
  if (hospes_starts_with(trimmed, "{") || hospes_starts_with(trimmed, "[")) {
    tree = json_read(trimmed, &problem);
  } else if (trimmed.len >= 4 && hospes_base64_decode(trimmed, &bytes) && bytes.len > 0) {
    bool is_json = bytes.ptr[0] == '{' || bytes.ptr[0] == '[';
    tree = is_json ? json_read(hospes_of_bytes(bytes), &problem) : cbor_read(bytes, &problem);
  }
  bool is_body = tree && (tree->kind == HOSPES_JSON_OBJECT || tree->kind == HOSPES_JSON_LIST) && !name_twice(tree);
  return is_body ? tree : NULL;
}

/* Takes what stands in a record's place for it; false where nothing does. */
static bool find_text(const hospes_json_t *record, hospes_string_t path, const char *const *names,
                      hospes_string_t *text) {
  const hospes_json_t *found = path.len > 0 ? at_path(record, path) : names ? field(record, names) : NULL;
  hospes_string_t is = plain(found);
  if (is.len > 0) *text = is;
  return is.len > 0;
}

static void acknowledge(readings_t *to, const reading_settings_t *how, const hospes_json_t *record) {
  hospes_string_t id = plain(hospes_json_field(record, "ack")), status = hospes_text(""), detail = hospes_text("");
  if (id.len == 0) return;
  hospes_json_text(record, "status", &status);
  hospes_json_text(record, "error", &detail);
  acknowledgement_t *all = hospes_zeroed(to->acknowledgement_count + 1, sizeof *all);
  if (to->acknowledgement_count > 0) memcpy(all, to->acknowledgements, to->acknowledgement_count * sizeof *all);
  all[to->acknowledgement_count++] = (acknowledgement_t){
      .id = clipped(id, 200), .failed = hospes_equal(status, "failed"), .detail = clipped(detail, 300), .at = how->now};
  to->acknowledgements = all;
}

static bool read_any(readings_t *to, const reading_settings_t *how, const context_t *around, const hospes_json_t *tree,
                     int depth);

static bool read_record(readings_t *to, const reading_settings_t *how, const context_t *around,
                        const hospes_json_t *record, int depth) {
  context_t within = *around;
  find_text(record, how->device_path, device_names, &within.device);
  /* Records within share an id of the outer one, and are no repeats of each other. */
  if (find_text(record, how->id_path, id_names, &within.id)) within.record = ++to->records;
  find_text(record, how->owner_path, NULL, &within.owner);
  find_text(record, hospes_text(""), unit_names, &within.unit);
  const hospes_json_t *time = how->time_path.len > 0 ? at_path(record, how->time_path) : field(record, time_names);
  if (time) within.time = time;
  if (hospes_json_field(record, "ack")) return acknowledge(to, how, record), true;
  const hospes_json_t *inner = how->values_path.len > 0 ? at_path(record, how->values_path) : NULL;
  bool are_values = inner != NULL;
  if (inner == NULL) inner = field(record, record_names);
  if (inner == NULL) are_values = (inner = field(record, values_names)) != NULL;
  bool is_text = inner && inner->kind == HOSPES_JSON_TEXT;
  if (is_text) {
    inner = embedded(inner->text);
    are_values = false;
  }
  if (inner && inner->kind == HOSPES_JSON_OBJECT && are_values) {
    return add_values(to, how, &within, hospes_text(""), inner, false, depth);
  }
  if (inner && (inner->kind == HOSPES_JSON_OBJECT || inner->kind == HOSPES_JSON_LIST)) {
    return read_any(to, how, &within, inner, depth + 1);
  }
  const hospes_json_t *metric = field(record, metric_names), *value = field(record, value_names);
  if (metric && metric->kind == HOSPES_JSON_TEXT && value) return add_reading(to, how, &within, metric->text, value);
  size_t before = to->count;
  if (!add_values(to, how, &within, hospes_text(""), record, true, depth)) return false;
  if (is_text && !inner && to->count <= before + 1) {
    /* All that it holds is a text that can't be read. */
    to->count = before;
    add_problem(to, within.device, hospes_text(""), "unreadable");
  }
  return true;
}

static bool read_any(readings_t *to, const reading_settings_t *how, const context_t *around, const hospes_json_t *tree,
                     int depth) {
  if (depth == DEEPEST) return add_problem(to, around->device, hospes_text(""), "nested"), true;
  if (is_senml(tree)) return read_senml(to, how, around, tree);
  if (tree->kind == HOSPES_JSON_OBJECT) return read_record(to, how, around, tree, depth);
  if (tree->kind != HOSPES_JSON_LIST) return add_problem(to, around->device, hospes_text(""), "unreadable"), true;
  for (const hospes_json_t *item = tree->first; item; item = item->next) {
    if (!read_any(to, how, around, item, depth + 1)) return false;
  }
  return true;
}

bool read_readings(readings_t *to, const reading_settings_t *how, const hospes_json_t *tree) {
  context_t request = {.id = how->delivery_id};
  return read_any(to, how, &request, tree, 0);
}
