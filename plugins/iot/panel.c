/* On the page of a customer or a ticket: the devices with their latest values and their alarms. */
#include "iot.h"

/* Rows of a table that the host shows. */
#define MOST_ROWS 200
#define MOST_SHOWN 20

typedef exports_hospes_panel_list_block_t blocks_t;

static hospes_string_t attribute(const hospes_types_entity_t *record, const char *name) {
  return hospes_text_of(record->attributes.ptr, record->attributes.len, name);
}

/* The threads of a customer, or the one of a ticket. */
static bool threads(const hospes_types_entity_t *subject, hospes_records_page_t *page, hospes_types_error_t *error) {
  hospes_string_t kind = hospes_text("conversation"), id = attribute(subject, "conversation_id");
  *page = (hospes_records_page_t){0};
  if (hospes_equal(subject->kind, "ticket")) {
    if (id.len == 0) return true;
    HOSPES_LIST(page->items, 1);
    if (hospes_records_get(&kind, &id, &page->items.ptr[0], error)) return true;
    page->items.len = 0;
    return hospes_equal(error->code, "not-found");
  }
  hospes_records_query_t query = {.kind = kind, .limit = 200};
  HOSPES_LIST(query.conditions, 1);
  query.conditions.ptr[0] = (hospes_records_condition_t){.field = hospes_text("customer_id"),
                                                         .comparison = HOSPES_RECORDS_COMPARISON_EQUAL,
                                                         .value = hospes_text_value(subject->id)};
  return hospes_records_find(&query, page, error);
}

static void cell(hospes_types_list_value_t *row, size_t at, hospes_string_t text) {
  row->ptr[at] = hospes_text_value(text);
}

static bool add_rows(hospes_string_t id, const rules_t *rules, bool chinese, hospes_types_table_t *table,
                     hospes_types_error_t *error) {
  device_t device;
  if (!device_load(id, &device, error)) return false;
  int zone = clock_settings().zone;
  for (size_t at = 0; at < device.metric_count && table->rows.len < MOST_ROWS; at++) {
    const metric_state_t *metric = &device.metrics[at];
    hospes_string_t state = hospes_text("");
    for (size_t of = 0; of < device.alarm_count; of++) {
      const rule_t *rule = rule_named(rules, device.alarms[of].rule);
      bool is_on = rule && hospes_same(rule->metric, metric->name) && device.alarms[of].raised != NO_TIME;
      if (is_on) {
        state = hospes_format(chinese ? "告警，自 %.*s" : "alarm since %.*s",
                              HOSPES_ARG(time_shown(device.alarms[of].raised, zone)));
      }
    }
    if (state.len == 0 && device.silent != NO_TIME) state = hospes_text(chinese ? "离线" : "offline");
    hospes_types_list_value_t *row = &table->rows.ptr[table->rows.len++];
    HOSPES_LIST(*row, 5);
    cell(row, 0, device.id);
    cell(row, 1, metric_title(rules, device.id, metric));
    cell(row, 2, metric_value(rules, device.id, metric));
    cell(row, 3, time_shown(metric->at, zone));
    cell(row, 4, state);
  }
  return true;
}

bool exports_hospes_panel_render(exports_hospes_panel_context_t *context, blocks_t *ret, hospes_types_error_t *error) {
  static const char *const titles[][2] = {
      {"Device", "设备"}, {"Metric", "指标"}, {"Value", "读数"}, {"Time", "时间"}, {"State", "状态"}};
  static const char *const names[] = {"device", "metric", "value", "time", "state"};
  bool chinese = hospes_starts_with(context->language, "zh");
  *ret = (blocks_t){0};
  hospes_records_page_t page;
  rules_t rules;
  if (!context->subject.is_some) return true;
  if (!threads(&context->subject.val, &page, error) || !read_rules(&rules, error)) return false;
  hospes_types_table_t table = {0};
  HOSPES_LIST(table.columns, 5);
  for (size_t at = 0; at < 5; at++) {
    table.columns.ptr[at] =
        (hospes_types_column_t){.name = hospes_text(names[at]), .title = hospes_text(titles[at][chinese])};
  }
  HOSPES_LIST(table.rows, MOST_ROWS);
  table.rows.len = 0;
  hospes_string_t shown[MOST_SHOWN];
  size_t count = 0;
  for (size_t at = 0; at < page.items.len && count < MOST_SHOWN; at++) {
    hospes_string_t device, rule;
    split_thread(attribute(&page.items.ptr[at], "external_id"), &rules, &device, &rule);
    bool is_shown = false;
    for (size_t of = 0; of < count; of++) is_shown |= hospes_same(shown[of], device);
    if (is_shown || device.len == 0) continue;
    shown[count++] = device;
    if (!add_rows(device, &rules, chinese, &table, error)) return false;
  }
  if (table.rows.len == 0) return true;
  HOSPES_LIST(*ret, 2);
  ret->ptr[0].tag = EXPORTS_HOSPES_PANEL_BLOCK_HEADING;
  ret->ptr[0].val.heading = hospes_text(chinese ? "设备" : "Devices");
  ret->ptr[1].tag = EXPORTS_HOSPES_PANEL_BLOCK_TABLE;
  ret->ptr[1].val.table = table;
  return true;
}

bool exports_hospes_panel_act(exports_hospes_panel_action_t *action, blocks_t *ret, hospes_types_error_t *error) {
  (void)ret;
  return hospes_fail(error, "unsupported", "The panel has no button %.*s.", HOSPES_ARG(action->name));
}
