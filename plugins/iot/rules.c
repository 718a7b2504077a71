/* Rules: when a device needs somebody. They stand in the settings, whose schema has seen what is in them. */
#include <stdlib.h>

#include "iot.h"

bool is_chinese(void) { return !hospes_equal(setting_text("language"), "en"); }

static hospes_string_t text_in(const hospes_json_t *rule, const char *name) {
  hospes_string_t text;
  return hospes_json_text(rule, name, &text) ? text : hospes_text("");
}

static int64_t integer_in(const hospes_json_t *rule, const char *name, int64_t otherwise) {
  int64_t number;
  return hospes_json_integer(hospes_json_field(rule, name), &number) ? number : otherwise;
}

static comparison_t comparison_of(hospes_string_t sign) {
  static const char *const signs[] = {">", ">=", "<", "<=", "=", "!="};
  for (size_t at = 0; at < sizeof signs / sizeof *signs; at++) {
    if (hospes_equal(sign, signs[at])) return (comparison_t)at;
  }
  return ABOVE;
}

/* The threshold that ends an alarm: nearer to what is usual by the hysteresis. */
static hospes_string_t clear_of(const rule_t *rule, const hospes_json_t *hysteresis) {
  bool has_order = rule->comparison <= AT_MOST && rule->is_number;
  if (!has_order || !hysteresis || hysteresis->number <= 0) return rule->threshold;
  double threshold = strtod((const char *)hospes_format("%.*s", HOSPES_ARG(rule->threshold)).ptr, NULL);
  bool is_upper = rule->comparison == ABOVE || rule->comparison == AT_LEAST;
  double clear = is_upper ? threshold - hysteresis->number : threshold + hysteresis->number;
  /* 80.1 - 0.3 is 79.8 in decimal, and 15 digits show it as that. */
  return hospes_format("%.15g", clear);
}

static rule_t read_rule(const hospes_json_t *from) {
  bool chinese = is_chinese();
  const hospes_json_t *threshold = hospes_json_field(from, "threshold");
  rule_t rule = {
      .name = text_in(from, "name"),
      .metric = text_in(from, "metric"),
      .devices = text_in(from, "devices"),
      .unit = text_in(from, "unit"),
      .comparison = comparison_of(text_in(from, "operator")),
      .readings = integer_in(from, "readings", 1),
      .duration = integer_in(from, "minutes", 0) * MINUTE,
      .priority = text_in(from, "priority"),
      .class_ = text_in(from, "class"),
      .title = text_in(from, chinese ? "title-zh" : "title-en"),
      .text = text_in(from, chinese ? "text-zh" : "text-en"),
      .clear_text = text_in(from, chinese ? "clear-zh" : "clear-en"),
  };
  if (threshold) {
    rule.is_number = threshold->kind == HOSPES_JSON_NUMBER;
    rule.threshold =
        threshold->kind == HOSPES_JSON_BOOLEAN ? hospes_text(threshold->truth ? "true" : "false") : threshold->text;
  }
  rule.clear = clear_of(&rule, hospes_json_field(from, "hysteresis"));
  if (rule.title.len == 0) rule.title = rule.metric;
  return rule;
}

bool read_rules(rules_t *rules, hospes_types_error_t *error) {
  *rules = (rules_t){0};
  hospes_string_t name = hospes_text("rules"), problem;
  hospes_config_value_t found;
  if (!hospes_config_get(&name, &found) || found.tag != HOSPES_TYPES_VALUE_JSON) return true;
  const hospes_json_t *list = hospes_json_read(found.val.json, &problem);
  if (list == NULL)
    return hospes_fail(error, "misconfigured", "The setting rules can't be read: %.*s.", HOSPES_ARG(problem));
  for (const hospes_json_t *item = list->first; item && rules->count < MOST_RULES; item = item->next) {
    rule_t rule = read_rule(item);
    if (rule_named(rules, rule.name)) {
      return hospes_fail(error, "misconfigured", "Two of the rules are called %.*s: give one of them another name.",
                         HOSPES_ARG(rule.name));
    }
    rules->items[rules->count++] = rule;
  }
  return true;
}

bool rule_is_for(const rule_t *rule, hospes_string_t device, hospes_string_t metric) {
  return hospes_same(rule->metric, metric) && (rule->devices.len == 0 || fits(device, rule->devices));
}

const rule_t *rule_named(const rules_t *rules, hospes_string_t name) {
  for (size_t at = 0; at < rules->count; at++) {
    if (hospes_same(rules->items[at].name, name)) return &rules->items[at];
  }
  return NULL;
}

bool rule_holds(const rule_t *rule, const reading_t *reading, hospes_string_t threshold) {
  decimal_t value, limit;
  if (!rule->is_number || reading->kind != VALUE_NUMBER || !decimal_read(reading->value, &value)
      || !decimal_read(threshold, &limit)) {
    bool is_same = hospes_same(reading->value, threshold);
    return rule->comparison == EQUAL ? is_same : rule->comparison == OTHER && !is_same;
  }
  int order = decimal_compare(&value, &limit);
  switch (rule->comparison) {
    case ABOVE:
      return order > 0;
    case AT_LEAST:
      return order >= 0;
    case BELOW:
      return order < 0;
    case AT_MOST:
      return order <= 0;
    case EQUAL:
      return order == 0;
    default:
      return order != 0;
  }
}
