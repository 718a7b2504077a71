/* What is known of a device: its last values, its alarms, when it was last seen. One key a device, as JSON. */
#include <string.h>

#include "iot.h"

static hospes_string_t key_of(hospes_string_t id) { return hospes_format(DEVICE_KEYS "%.*s", HOSPES_ARG(id)); }

static const hospes_json_t *item(const hospes_json_t *list, size_t place) {
  const hospes_json_t *found = list ? list->first : NULL;
  while (found && place-- > 0) found = found->next;
  return found;
}

static hospes_string_t text_at(const hospes_json_t *list, size_t place) {
  const hospes_json_t *found = item(list, place);
  return found && found->kind == HOSPES_JSON_TEXT ? found->text : hospes_text("");
}

static int64_t integer_at(const hospes_json_t *list, size_t place, int64_t otherwise) {
  int64_t number;
  return hospes_json_integer(item(list, place), &number) ? number : otherwise;
}

static int64_t integer_in(const hospes_json_t *object, const char *name, int64_t otherwise) {
  int64_t number;
  return hospes_json_integer(hospes_json_field(object, name), &number) ? number : otherwise;
}

static const hospes_json_t *first_of(const hospes_json_t *object, const char *name) {
  const hospes_json_t *list = hospes_json_field(object, name);
  return list && list->kind == HOSPES_JSON_LIST ? list->first : NULL;
}

static void read_state(device_t *device, const hospes_json_t *state) {
  device->seen = integer_in(state, "seen", 0);
  device->noted = integer_in(state, "noted", 0);
  device->silent = integer_in(state, "silent", NO_TIME);
  device->is_silent_with_others = integer_in(state, "together", 0) == 1;
  hospes_json_text(state, "owner", &device->owner);
  for (const hospes_json_t *at = first_of(state, "metrics"); at && device->metric_count < MOST_METRICS; at = at->next) {
    device->metrics[device->metric_count++] = (metric_state_t){.name = text_at(at, 0),
                                                               .value = text_at(at, 1),
                                                               .unit = text_at(at, 2),
                                                               .at = integer_at(at, 3, 0),
                                                               .device_time = integer_at(at, 4, 0) == 1};
  }
  for (const hospes_json_t *at = first_of(state, "alarms"); at && device->alarm_count < MOST_RULES; at = at->next) {
    device->alarms[device->alarm_count++] = (alarm_state_t){.rule = text_at(at, 0),
                                                            .count = integer_at(at, 1, 0),
                                                            .since = integer_at(at, 2, 0),
                                                            .raised = integer_at(at, 3, NO_TIME)};
  }
  for (const hospes_json_t *at = first_of(state, "ids"); at && device->id_count < MOST_IDS; at = at->next) {
    device->ids[device->id_count++] = at->text;
  }
}

bool device_load(hospes_string_t id, device_t *device, hospes_types_error_t *error) {
  *device = (device_t){.id = id, .silent = NO_TIME};
  hospes_string_t key = key_of(id), problem;
  hospes_option_list_u8_t found;
  if (!hospes_kv_get(&key, &found, error)) return false;
  if (!found.is_some) return true;
  device->is_known = true;
  device->stored = found.val;
  const hospes_json_t *state = hospes_json_read(hospes_of_bytes(found.val), &problem);
  if (state) {
    read_state(device, state);
  } else {
    hospes_log(HOSPES_LOG_LEVEL_ERROR, "What is stored of device %.*s can't be read and begins anew: %.*s",
               HOSPES_ARG(id), HOSPES_ARG(problem));
  }
  return true;
}

static void append_quoted(builder_t *to, hospes_string_t text) { append(to, hospes_json_quoted(text)); }

static hospes_string_t written(const device_t *device) {
  builder_t made = {0};
  append_format(&made, "{\"seen\":%lld,\"noted\":%lld", (long long)device->seen, (long long)device->noted);
  if (device->silent != NO_TIME) {
    append_format(&made, ",\"silent\":%lld,\"together\":%d", (long long)device->silent, device->is_silent_with_others);
  }
  if (device->owner.len > 0) {
    append_format(&made, ",\"owner\":");
    append_quoted(&made, device->owner);
  }
  append_format(&made, ",\"metrics\":[");
  for (size_t at = 0; at < device->metric_count; at++) {
    const metric_state_t *metric = &device->metrics[at];
    append_format(&made, at ? ",[" : "[");
    append_quoted(&made, metric->name);
    append_format(&made, ",");
    append_quoted(&made, metric->value);
    append_format(&made, ",");
    append_quoted(&made, metric->unit);
    append_format(&made, ",%lld,%d]", (long long)metric->at, metric->device_time);
  }
  append_format(&made, "],\"alarms\":[");
  bool is_first = true;
  for (size_t at = 0; at < device->alarm_count; at++) {
    const alarm_state_t *alarm = &device->alarms[at];
    if (alarm->count == 0 && alarm->raised == NO_TIME) continue;
    append_format(&made, is_first ? "[" : ",[");
    append_quoted(&made, alarm->rule);
    append_format(&made, ",%lld,%lld", (long long)alarm->count, (long long)alarm->since);
    if (alarm->raised != NO_TIME) append_format(&made, ",%lld", (long long)alarm->raised);
    append_format(&made, "]");
    is_first = false;
  }
  append_format(&made, "],\"ids\":[");
  for (size_t at = 0; at < device->id_count; at++) {
    append_format(&made, "%s\"%.*s\"", at ? "," : "", HOSPES_ARG(device->ids[at]));
  }
  append_format(&made, "]}");
  return made.text;
}

bool device_store(device_t *device, hospes_types_error_t *error) {
  hospes_string_t key = key_of(device->id);
  hospes_list_u8_t value = hospes_bytes(written(device));
  bool swapped;
  /* The host makes the call again where another has changed the key since it was read. */
  if (!hospes_kv_swap(&key, device->is_known ? &device->stored : NULL, &value, &swapped, error)) return false;
  device->is_known = true;
  device->stored = value;
  return true;
}

bool device_forget(const device_t *device, hospes_types_error_t *error) {
  hospes_string_t key = key_of(device->id);
  bool swapped;
  return hospes_kv_swap(&key, (hospes_list_u8_t *)&device->stored, NULL, &swapped, error);
}

metric_state_t *device_metric(device_t *device, hospes_string_t name) {
  for (size_t at = 0; at < device->metric_count; at++) {
    if (hospes_same(device->metrics[at].name, name)) return &device->metrics[at];
  }
  return NULL;
}

alarm_state_t *device_alarm(device_t *device, hospes_string_t rule) {
  for (size_t at = 0; at < device->alarm_count; at++) {
    if (hospes_same(device->alarms[at].rule, rule)) return &device->alarms[at];
  }
  /* Alarms of rules that are no longer there make room. */
  if (device->alarm_count == MOST_RULES) {
    memmove(device->alarms, device->alarms + 1, (MOST_RULES - 1) * sizeof *device->alarms);
    device->alarm_count--;
  }
  device->alarms[device->alarm_count] = (alarm_state_t){.rule = rule, .raised = NO_TIME};
  return &device->alarms[device->alarm_count++];
}

bool device_id_is_new(device_t *device, hospes_string_t id) {
  hospes_string_t mark = mark_of(id);
  for (size_t at = 0; at < device->id_count; at++) {
    if (hospes_same(device->ids[at], mark)) return false;
  }
  if (device->id_count == MOST_IDS) {
    memmove(device->ids, device->ids + 1, (MOST_IDS - 1) * sizeof *device->ids);
    device->id_count--;
  }
  device->ids[device->id_count++] = mark;
  return true;
}
