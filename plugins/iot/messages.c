/* What people read: an alarm, its end, a device that is silent, and values now and then. */
#include <string.h>

#include "iot.h"

void split_thread(hospes_string_t thread, const rules_t *rules, hospes_string_t *device, hospes_string_t *rule) {
  size_t slash = thread.len;
  while (slash > 0 && thread.ptr[slash - 1] != '/') slash--;
  hospes_string_t name = {.ptr = thread.ptr + slash, .len = thread.len - slash};
  /* No rule's name has a slash, but a device's may. */
  bool is_alarm = slash > 0 && (hospes_equal(name, SILENCE) || rule_named(rules, name));
  *device = is_alarm ? (hospes_string_t){.ptr = thread.ptr, .len = slash - 1} : thread;
  *rule = is_alarm ? name : hospes_text("");
}

/* A name of a template and what stands in its place. */
typedef struct {
  const char *name;
  hospes_string_t text;
} placeholder_t;

/* A template with its {names} filled in; names that aren't known stay. */
static hospes_string_t filled(hospes_string_t template, const placeholder_t *placeholders, size_t count) {
  builder_t made = {0};
  for (size_t at = 0; at < template.len;) {
    size_t end = at;
    while (template.ptr[at] == '{' && end < template.len && template.ptr[end] != '}') end++;
    const placeholder_t *found = NULL;
    hospes_string_t name = {.ptr = template.ptr + at + 1, .len = end > at ? end - at - 1 : 0};
    for (size_t of = 0; of < count && end > at && end < template.len && !found; of++) {
      if (hospes_equal(name, placeholders[of].name)) found = &placeholders[of];
    }
    if (found) {
      append(&made, found->text);
      at = end + 1;
    } else {
      append(&made, (hospes_string_t){.ptr = template.ptr + at, .len = 1});
      at++;
    }
  }
  return made.text;
}

static hospes_string_t with_unit(hospes_string_t number, hospes_string_t unit) {
  if (unit.len == 0) return number;
  return hospes_format("%.*s %.*s", HOSPES_ARG(number), HOSPES_ARG(unit));
}

static const char *condition(const rule_t *rule, bool chinese) {
  static const char *const words[][2] = {{"above", "超过"},    {"at or above", "达到或超过"},
                                         {"below", "低于"},    {"at or below", "不高于"},
                                         {"equal to", "等于"}, {"other than", "不等于"}};
  return words[rule->comparison][chinese];
}

static hospes_types_value_t time_value(int64_t time) {
  hospes_types_value_t made = {.tag = HOSPES_TYPES_VALUE_TIME};
  made.val.time = time;
  return made;
}

/* A list of attributes with room for more. */
#define MOST_ATTRIBUTES 16

static void add_attribute(exports_hospes_channel_message_t *to, const char *name, hospes_types_value_t value) {
  to->attributes.ptr[to->attributes.len++] = hospes_attribute(name, value);
}

static void add_text(exports_hospes_channel_message_t *to, const char *name, hospes_string_t text) {
  if (text.len > 0) add_attribute(to, name, hospes_text_value(text));
}

/* A message of a device with what all of them have. The thread is the device's, or that of one of its alarms. */
static exports_hospes_channel_message_t message(const device_t *device, const char *kind, hospes_string_t thread,
                                                hospes_string_t moment, int64_t sent_at) {
  bool chinese = is_chinese();
  exports_hospes_channel_message_t made = {.kind = hospes_text(kind), .sent_at = sent_at};
  made.conversation =
      thread.len > 0 ? hospes_format("%.*s/%.*s", HOSPES_ARG(device->id), HOSPES_ARG(thread)) : device->id;
  made.external_id = hospes_format("%.*s@%.*s", HOSPES_ARG(made.conversation), HOSPES_ARG(moment));
  HOSPES_LIST(made.sender, device->owner.len > 0 ? 2 : 1);
  made.sender.ptr[0] = (hospes_types_identity_t){
      .scheme = hospes_text("device"), .issuer = setting_text("issuer"), .value = device->id, .attested = true};
  /* The owner comes from the sender's data: no account that the gateway vouches for. */
  if (device->owner.len > 0) {
    made.sender.ptr[1] = (hospes_types_identity_t){.scheme = setting_text("owner-scheme"), .value = device->owner};
  }
  HOSPES_LIST(made.attributes, MOST_ATTRIBUTES);
  made.attributes.len = 0;
  add_text(&made, "name", hospes_format(chinese ? "设备 %.*s" : "Device %.*s", HOSPES_ARG(device->id)));
  add_text(&made, "language", hospes_text(chinese ? "zh-CN" : "en"));
  /* Whatever a program would answer would go to a program. */
  add_attribute(&made, "no_automatic_answers", hospes_boolean_value(true));
  add_text(&made, "device", device->id);
  return made;
}

/* The host classifies a message by its words: a fault is after-sales, whatever the rule's own text holds. */
static void add_subject(exports_hospes_channel_message_t *to, const device_t *device, hospes_string_t of) {
  const char *format = is_chinese() ? "设备故障告警：%.*s %.*s" : "Device fault alarm: %.*s %.*s";
  add_text(to, "subject", hospes_format(format, HOSPES_ARG(device->id), HOSPES_ARG(of)));
}

static exports_hospes_channel_message_t about(const alarm_t *alarm, bool is_raised) {
  const rule_t *rule = alarm->rule;
  bool chinese = is_chinese();
  int zone = clock_settings().zone;
  hospes_string_t unit = unit_shown(alarm->unit.len > 0 ? alarm->unit : rule->unit);
  hospes_string_t number = decimal_shown(alarm->number), time = time_shown(alarm->at, zone);
  placeholder_t placeholders[] = {
      {"device", alarm->device->id},
      {"metric", rule->title},
      {"value", with_unit(number, unit)},
      {"number", number},
      {"unit", unit},
      {"threshold", with_unit(decimal_shown(rule->threshold), unit)},
      {"condition", hospes_text(condition(rule, chinese))},
      {"time", time},
      {"since", time_shown(alarm->alarm->since, zone)},
      {"duration", duration_shown(alarm->at - alarm->alarm->since, chinese)},
      {"count", hospes_format("%lld", (long long)alarm->alarm->count)},
      {"rule", rule->name},
  };
  hospes_string_t template = is_raised ? rule->text : rule->clear_text;
  if (template.len == 0) {
    template =
        hospes_text(is_raised ? chinese ? "设备 {device} {metric} {value} {condition} {threshold}"
                                        : "Device {device}: {metric} {value} is {condition} {threshold}"
                    : chinese ? "设备 {device} {metric}恢复正常：{value}，告警历时 {duration}"
                              : "Device {device}: {metric} is back to normal: {value}. The alarm lasted {duration}");
  }
  builder_t text = {0};
  append(&text, filled(template, placeholders, sizeof placeholders / sizeof *placeholders));
  append_format(&text, chinese ? "\n时间：%.*s" : "\nTime: %.*s", HOSPES_ARG(time));
  if (!alarm->device_time) append_format(&text, chinese ? "（收到时间）" : " (when it was received)");
  if (is_raised && alarm->alarm->count > 1) {
    append_format(&text, chinese ? "\n自 %.*s 起连续 %lld 次" : "\nSince %.*s, %lld readings in a row",
                  HOSPES_ARG(time_shown(alarm->alarm->since, zone)), (long long)alarm->alarm->count);
  }
  hospes_string_t moment = hospes_format("%s%lld", is_raised ? "" : "cleared:", (long long)alarm->at);
  exports_hospes_channel_message_t made =
      message(alarm->device, is_raised ? "message" : "note", rule->name, moment, alarm->at);
  made.text = text.text;
  if (is_raised) add_subject(&made, alarm->device, rule->title);
  add_text(&made, "alarm", rule->name);
  add_text(&made, "alarm_state", hospes_text(is_raised ? "raised" : "cleared"));
  add_text(&made, "metric", rule->metric);
  add_text(&made, "value", alarm->number);
  add_text(&made, "unit", unit);
  add_text(&made, "threshold", rule->threshold);
  if (alarm->alarm->since != alarm->at) add_attribute(&made, "since", time_value(alarm->alarm->since));
  add_text(&made, "time_source", hospes_text(alarm->device_time ? "device" : "receipt"));
  add_text(&made, "wrong_device_time", alarm->wrong_time);
  return made;
}

exports_hospes_channel_message_t alarm_message(const alarm_t *alarm) { return about(alarm, true); }

exports_hospes_channel_message_t clear_message(const alarm_t *alarm) { return about(alarm, false); }

/* What alarms of silence have in common. */
static void add_silence(exports_hospes_channel_message_t *to, const device_t *device) {
  add_subject(to, device, hospes_text(is_chinese() ? "离线" : "offline"));
  add_text(to, "alarm", hospes_text(SILENCE));
  add_text(to, "alarm_state", hospes_text("raised"));
  add_attribute(to, "since", time_value(device->seen));
}

exports_hospes_channel_message_t silence_message(const device_t *device, int64_t now) {
  bool chinese = is_chinese();
  hospes_string_t last = time_shown(device->seen, clock_settings().zone);
  hospes_string_t moment = hospes_format("%lld", (long long)device->seen);
  exports_hospes_channel_message_t made = message(device, "message", hospes_text(SILENCE), moment, now);
  const char *format = chinese ? "设备 %.*s 离线：%.*s没有数据\n最近一次数据：%.*s"
                               : "Device %.*s is offline: no data for %.*s\nLast data: %.*s";
  made.text = hospes_format(format, HOSPES_ARG(device->id), HOSPES_ARG(duration_shown(now - device->seen, chinese)),
                            HOSPES_ARG(last));
  add_silence(&made, device);
  return made;
}

exports_hospes_channel_message_t gateway_message(device_t *const *devices, size_t count, int64_t now) {
  bool chinese = is_chinese();
  device_t gateway = {.id = setting_text("issuer"), .seen = devices[0]->seen, .silent = NO_TIME};
  if (gateway.id.len == 0) gateway.id = hospes_text("gateway");
  hospes_string_t moment = hospes_format("%lld", (long long)gateway.seen);
  exports_hospes_channel_message_t made = message(&gateway, "message", hospes_text(SILENCE), moment, now);
  builder_t text = {0};
  append_format(&text,
                chinese ? "%zu 台设备同时离线，可能是网关或网络中断："
                        : "%zu devices are offline together, perhaps with their gateway: ",
                count);
  for (size_t at = 0; at < count && at < 10; at++) {
    if (at > 0) append_format(&text, chinese ? "、" : ", ");
    append(&text, devices[at]->id);
  }
  if (count > 10) append_format(&text, chinese ? " 等" : " and others");
  made.text = text.text;
  add_silence(&made, &gateway);
  return made;
}

exports_hospes_channel_message_t return_message(const device_t *device, int64_t now) {
  bool chinese = is_chinese();
  hospes_string_t moment = hospes_format("cleared:%lld", (long long)now);
  exports_hospes_channel_message_t made = message(device, "note", hospes_text(SILENCE), moment, now);
  hospes_string_t duration = duration_shown(now - device->seen, chinese);
  const char *format = chinese ? "设备 %.*s 恢复在线，中断 %.*s" : "Device %.*s is online again after %.*s";
  made.text = hospes_format(format, HOSPES_ARG(device->id), HOSPES_ARG(duration));
  add_text(&made, "alarm", hospes_text(SILENCE));
  add_text(&made, "alarm_state", hospes_text("cleared"));
  add_attribute(&made, "since", time_value(device->seen));
  return made;
}

const rule_t *rule_of(const rules_t *rules, hospes_string_t device, hospes_string_t metric) {
  for (size_t at = 0; at < rules->count; at++) {
    if (rule_is_for(&rules->items[at], device, metric)) return &rules->items[at];
  }
  return NULL;
}

hospes_string_t metric_title(const rules_t *rules, hospes_string_t device, const metric_state_t *metric) {
  const rule_t *rule = rule_of(rules, device, metric->name);
  return rule ? rule->title : metric->name;
}

hospes_string_t metric_value(const rules_t *rules, hospes_string_t device, const metric_state_t *metric) {
  const rule_t *rule = rule_of(rules, device, metric->name);
  hospes_string_t unit = metric->unit.len > 0 || !rule ? metric->unit : rule->unit;
  return with_unit(decimal_shown(metric->value), unit_shown(unit));
}

exports_hospes_channel_message_t values_message(const device_t *device, const rules_t *rules, int64_t now) {
  bool chinese = is_chinese();
  hospes_string_t moment = hospes_format("%lld", (long long)now);
  exports_hospes_channel_message_t made = message(device, "note", hospes_text(""), moment, now);
  builder_t text = {0};
  append_format(&text, chinese ? "设备 %.*s 当前读数：" : "Values of device %.*s: ", HOSPES_ARG(device->id));
  for (size_t at = 0; at < device->metric_count; at++) {
    const metric_state_t *metric = &device->metrics[at];
    if (at > 0) append_format(&text, chinese ? "，" : ", ");
    append(&text, metric_title(rules, device->id, metric));
    append_format(&text, " ");
    append(&text, metric_value(rules, device->id, metric));
  }
  made.text = text.text;
  return made;
}
