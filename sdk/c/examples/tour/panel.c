/* `panel`: a customer's stamps, with a button for one more and a form for a reminder. */
#include "shop.h"

#define DAY (86400LL * 1000000)

typedef exports_hospes_panel_block_t block_t;

static bool find_customer(exports_hospes_panel_context_t *context, hospes_types_entity_t **customer,
                          hospes_types_error_t *error) {
  *customer = &context->subject.val;
  bool is_customer = hospes_equal(context->place, "customer") && context->subject.is_some;
  return is_customer || hospes_fail(error, "invalid", "The panel is for customers' pages.");
}

static hospes_string_t key(const hospes_types_entity_t *customer) {
  return hospes_format("stamps/%.*s", HOSPES_ARG(customer->id));
}

static void fill_form(exports_hospes_panel_form_t *form, bool chinese) {
  form->name = hospes_text("remind");
  form->label = pick(chinese, "提醒", "Remind");
  /* The values are zero, which is the case `none`. */
  HOSPES_LIST(form->inputs, 2);
  form->inputs.ptr[0].name = hospes_text("what");
  form->inputs.ptr[0].label = pick(chinese, "事项", "What");
  form->inputs.ptr[0].kind = EXPORTS_HOSPES_PANEL_INPUT_KIND_TEXT;
  form->inputs.ptr[0].required = true;
  form->inputs.ptr[1].name = hospes_text("days");
  form->inputs.ptr[1].label = pick(chinese, "几天后", "In how many days");
  form->inputs.ptr[1].kind = EXPORTS_HOSPES_PANEL_INPUT_KIND_INTEGER;
}

/* Says what is to be drawn; the host draws it, so that no script of a plugin reaches a browser. */
bool exports_hospes_panel_render(exports_hospes_panel_context_t *context, exports_hospes_panel_list_block_t *ret,
                                 hospes_types_error_t *error) {
  hospes_types_entity_t *customer;
  hospes_option_list_u8_t kept;
  int64_t stamps;
  hospes_string_t problem;
  if (!find_customer(context, &customer, error)) return false;
  hospes_string_t stamps_key = key(customer);
  if (!hospes_kv_get(&stamps_key, &kept, error)) return false;
  /* Counters are decimal text, which is JSON, too. */
  const hospes_json_t *number = kept.is_some ? hospes_json_read(hospes_of_bytes(kept.val), &problem) : NULL;
  if (!hospes_json_integer(number, &stamps)) stamps = 0;

  bool chinese = is_chinese(context->language);
  HOSPES_LIST(*ret, 4);
  block_t *heading = &ret->ptr[0], *fields = &ret->ptr[1], *buttons = &ret->ptr[2], *form = &ret->ptr[3];
  heading->tag = EXPORTS_HOSPES_PANEL_BLOCK_HEADING;
  heading->val.heading = pick(chinese, "轮行", "Radwerk");
  fields->tag = EXPORTS_HOSPES_PANEL_BLOCK_FIELDS;
  HOSPES_LIST(fields->val.fields, 1);
  fields->val.fields.ptr[0] = hospes_attribute(chinese ? "积点" : "Stamps", hospes_integer_value(stamps));
  buttons->tag = EXPORTS_HOSPES_PANEL_BLOCK_BUTTONS;
  HOSPES_LIST(buttons->val.buttons, 1);
  buttons->val.buttons.ptr[0].name = hospes_text("stamp");
  buttons->val.buttons.ptr[0].label = pick(chinese, "加一个积点", "Add a stamp");
  form->tag = EXPORTS_HOSPES_PANEL_BLOCK_FORM;
  fill_form(&form->val.form, chinese);
  return true;
}

static bool remind(const hospes_types_entity_t *customer, exports_hospes_panel_list_attribute_t *entered,
                   hospes_types_error_t *error) {
  hospes_string_t kind = hospes_text("task"), what = hospes_text_of(entered->ptr, entered->len, "what"), id;
  const hospes_types_value_t *days = find_value(entered->ptr, entered->len, "days");
  if (what.len == 0) return hospes_fail(error, "invalid", "Say what to remind of.");
  /* An input that was left empty doesn't come at all. Its kind is sure, its size isn't. */
  if (days && (days->val.integer < 0 || days->val.integer > 365)) {
    return hospes_fail(error, "invalid", "Days are 0 to 365.");
  }
  hospes_records_list_attribute_t task;
  HOSPES_LIST(task, days ? 4 : 3);
  task.ptr[0] = hospes_attribute("title", hospes_text_value(what));
  task.ptr[1] = hospes_attribute("subject_kind", hospes_text_value(customer->kind));
  task.ptr[2] = hospes_attribute("subject_id", hospes_text_value(customer->id));
  if (days) {
    hospes_types_value_t due = {.tag = HOSPES_TYPES_VALUE_TIME};
    due.val.time = hospes_clock_now() + days->val.integer * DAY;
    task.ptr[3] = hospes_attribute("due_at", due);
  }
  return hospes_records_create(&kind, &task, &id, error);
}

bool exports_hospes_panel_act(exports_hospes_panel_action_t *action, exports_hospes_panel_list_block_t *ret,
                              hospes_types_error_t *error) {
  hospes_types_entity_t *customer;
  int64_t stamps;
  if (!find_customer(&action->context, &customer, error)) return false;
  /* With nothing in it, the host draws the panel anew, when what was written is there. */
  *ret = (exports_hospes_panel_list_block_t){0};
  hospes_string_t stamps_key = key(customer);
  if (hospes_equal(action->name, "stamp")) return hospes_kv_increment(&stamps_key, 1, &stamps, error);
  if (hospes_equal(action->name, "remind")) return remind(customer, &action->parameters, error);
  return hospes_fail(error, "not-found", "There is no button \"%.*s\".", HOSPES_ARG(action->name));
}
