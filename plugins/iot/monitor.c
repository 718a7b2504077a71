/* Readings against rules: which alarms begin and end, and what is known of each device afterwards. */
#include <stdlib.h>
#include <string.h>

#include "iot.h"

/* Ids of one request that are compared with each other, besides those that are stored. */
#define REMEMBERED 64

/* Notes of values in one request: what is left belongs to alarms. */
#define MOST_NOTES 200

/* One device's turn. */
typedef struct {
  device_t device;
  const rules_t *rules;
  readings_t *readings;
  int64_t now;
  outcome_t *outcome;
  /* Messages of this device begin here. */
  size_t first_message;
  /* Records with an id that were looked at in this request. */
  struct {
    hospes_string_t id;
    size_t record;
    bool is_new;
  } records[REMEMBERED];
  size_t record_count;
} turn_t;

static int by_device_and_time(const void *one, const void *other) {
  const reading_t *left = *(reading_t *const *)one, *right = *(reading_t *const *)other;
  size_t common = left->device.len < right->device.len ? left->device.len : right->device.len;
  int order = memcmp(left->device.ptr, right->device.ptr, common);
  if (order == 0) order = (left->device.len > common) - (right->device.len > common);
  if (order == 0) order = (left->at > right->at) - (left->at < right->at);
  if (order == 0) order = (left->place > right->place) - (left->place < right->place);
  return order;
}

/* What a message takes at most of a result's bytes, as the host counts them: 80 for each attribute, and its texts. */
static size_t size_of(const exports_hospes_channel_message_t *message) {
  size_t size = 768 + message->text.len + 4 * message->external_id.len;
  for (size_t at = 0; at < message->attributes.len; at++) {
    const hospes_types_attribute_t *attribute = &message->attributes.ptr[at];
    size += 96 + attribute->name.len;
    if (attribute->value.tag == HOSPES_TYPES_VALUE_TEXT) size += attribute->value.val.text.len;
  }
  return size;
}

static void add_message(turn_t *turn, exports_hospes_channel_message_t message) {
  outcome_t *outcome = turn->outcome;
  outcome->messages[outcome->message_count++] = message;
  outcome->message_bytes += size_of(&message);
}

/* A text of a rule has 500 characters, and its placeholders may be as long as values and ids. */
#define LONGEST_MESSAGE 8192

static bool has_room(const turn_t *turn, size_t more) {
  const outcome_t *outcome = turn->outcome;
  return outcome->message_count + more <= MOST_MESSAGES
         && outcome->message_bytes + more * LONGEST_MESSAGE <= MOST_MESSAGE_BYTES;
}

/* Whether the record of a reading comes for the first time; its other readings share the answer. */
static bool is_new_record(turn_t *turn, const reading_t *reading) {
  if (reading->id.len == 0) return true;
  for (size_t at = 0; at < turn->record_count && at < REMEMBERED; at++) {
    if (!hospes_same(turn->records[at].id, reading->id)) continue;
    return turn->records[at].record == reading->record && turn->records[at].is_new;
  }
  size_t place = turn->record_count++ % REMEMBERED;
  turn->records[place].id = reading->id;
  turn->records[place].record = reading->record;
  turn->records[place].is_new = device_id_is_new(&turn->device, reading->id);
  return turn->records[place].is_new;
}

/* Whether it is no newer than what is known: a repeat, or one that was overtaken. Times of receipt don't show that.
 */
static bool is_late(const reading_t *reading, const metric_state_t *known) {
  return known && known->device_time && reading->device_time && reading->at <= known->at;
}

static bool is_ruled(const turn_t *turn, hospes_string_t metric) {
  return rule_of(turn->rules, turn->device.id, metric) != NULL;
}

/* Remembers the value. Metrics with rules come first; of the others, texts aren't remembered at all. */
static void remember(turn_t *turn, const reading_t *reading, metric_state_t *known) {
  device_t *device = &turn->device;
  bool ruled = is_ruled(turn, reading->metric);
  if (!known && reading->kind == VALUE_TEXT && !ruled) return;
  if (!known && device->metric_count == MOST_METRICS && ruled) {
    size_t place = 0;
    while (place < MOST_METRICS - 1 && is_ruled(turn, device->metrics[place].name)) place++;
    known = &device->metrics[place];
  } else if (!known && device->metric_count < MOST_METRICS) {
    known = &device->metrics[device->metric_count++];
  }
  if (!known) return;
  *known = (metric_state_t){.name = reading->metric,
                            .value = clipped(reading->value, 64),
                            .unit = reading->unit,
                            .at = reading->at,
                            .device_time = reading->device_time};
}

static void apply(turn_t *turn, const rule_t *rule, const reading_t *reading) {
  if (rule->unit.len > 0 && reading->unit.len > 0 && !same_unit(rule->unit, reading->unit)) {
    add_problem(turn->readings, reading->device, reading->metric, "unit");
    return;
  }
  alarm_state_t *alarm = device_alarm(&turn->device, rule->name);
  alarm_t about = {.rule = rule,
                   .device = &turn->device,
                   .number = reading->value,
                   .unit = reading->unit,
                   .at = reading->at,
                   .device_time = reading->device_time,
                   .wrong_time = reading->wrong_time,
                   .alarm = alarm};
  bool holds = rule_holds(rule, reading, rule->threshold);
  if (alarm->raised != NO_TIME) {
    if (holds || rule_holds(rule, reading, rule->clear)) {
      alarm->count++;
      return;
    }
    add_message(turn, clear_message(&about));
    turn->outcome->cleared++;
  } else if (holds) {
    if (alarm->count++ == 0) alarm->since = reading->at;
    if (alarm->count < rule->readings || reading->at - alarm->since < rule->duration) return;
    alarm->raised = reading->at;
    add_message(turn, alarm_message(&about));
    turn->outcome->alarms++;
    return;
  }
  *alarm = (alarm_state_t){.rule = alarm->rule, .raised = NO_TIME};
}

/* How many messages a reading may make at most, with one for a device that is back. */
static size_t rules_for(const turn_t *turn, const reading_t *reading) {
  size_t count = turn->device.silent != NO_TIME;
  for (size_t at = 0; at < turn->rules->count; at++) {
    count += rule_is_for(&turn->rules->items[at], reading->device, reading->metric);
  }
  return count;
}

/* False where there is no more room for messages. */
static bool take(turn_t *turn, const reading_t *reading) {
  metric_state_t *known = device_metric(&turn->device, reading->metric);
  if (!is_new_record(turn, reading) || is_late(reading, known)) {
    turn->outcome->repeated++;
    return true;
  }
  if (!has_room(turn, rules_for(turn, reading))) return false;
  turn->outcome->taken++;
  if (reading->owner.len > 0) turn->device.owner = clipped(reading->owner, LONGEST_DEVICE);
  if (reading->kind != VALUE_NOT_A_NUMBER) {
    for (size_t at = 0; at < turn->rules->count; at++) {
      const rule_t *rule = &turn->rules->items[at];
      if (rule_is_for(rule, reading->device, reading->metric)) apply(turn, rule, reading);
    }
  }
  remember(turn, reading, known);
  return true;
}

/* What follows from the device's state besides alarms: that it is back, and its values now and then. */
static void update_presence(turn_t *turn) {
  device_t *device = &turn->device;
  if (device->silent != NO_TIME) {
    if (!device->is_silent_with_others) add_message(turn, return_message(device, turn->now));
    device->silent = NO_TIME;
    device->is_silent_with_others = false;
  }
  device->seen = turn->now;
  int64_t pause = setting_integer("sample-minutes", 1440) * MINUTE;
  bool has_messages = turn->outcome->message_count > turn->first_message;
  bool has_room_for_notes =
      turn->outcome->message_count < MOST_NOTES && turn->outcome->message_bytes < MOST_MESSAGE_BYTES / 2;
  if (pause > 0 && turn->now - device->noted >= pause && !has_messages && device->metric_count > 0
      && has_room_for_notes) {
    add_message(turn, values_message(device, turn->rules, turn->now));
    device->noted = turn->now;
  }
}

static bool take_device(turn_t *turn, reading_t **readings, size_t count, hospes_types_error_t *error) {
  outcome_t *outcome = turn->outcome, before = *outcome;
  if (!device_load(readings[0]->device, &turn->device, error)) return false;
  turn->first_message = outcome->message_count;
  bool has_all = has_room(turn, turn->device.silent != NO_TIME);
  for (size_t at = 0; at < count && has_all; at++) has_all = take(turn, readings[at]);
  if (!has_all) {
    /* Nothing of it has happened: its next reading raises what this one would have. */
    *outcome = before;
    add_problem(turn->readings, readings[0]->device, hospes_text(""), "too-many");
    return true;
  }
  update_presence(turn);
  if (device_store(&turn->device, error)) return true;
  if (!hospes_equal(error->code, "limit-exceeded")) return false;
  *outcome = before;
  add_problem(turn->readings, readings[0]->device, hospes_text(""), "store-full");
  return true;
}

bool monitor(readings_t *readings, const rules_t *rules, int64_t now, outcome_t *outcome, hospes_types_error_t *error) {
  *outcome = (outcome_t){.messages = hospes_zeroed(MOST_MESSAGES + 1, sizeof *outcome->messages)};
  reading_t **sorted = hospes_zeroed(readings->count, sizeof *sorted);
  for (size_t at = 0; at < readings->count; at++) sorted[at] = &readings->items[at];
  qsort(sorted, readings->count, sizeof *sorted, by_device_and_time);
  size_t devices = 0;
  for (size_t at = 0; at < readings->count;) {
    size_t end = at;
    while (end < readings->count && hospes_same(sorted[end]->device, sorted[at]->device)) end++;
    if (++devices > MOST_DEVICES) {
      return hospes_fail(error, "invalid", "The request holds readings of more than %d devices: send fewer at once.",
                         MOST_DEVICES);
    }
    turn_t turn = {.rules = rules, .readings = readings, .now = now, .outcome = outcome};
    if (!take_device(&turn, sorted + at, end - at, error)) return false;
    at = end;
  }
  return true;
}
