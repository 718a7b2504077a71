/* `tools`: functions that people, automations and language models call. What they take and return is declared in the
 * manifest, and the host holds both sides to it. */
#include <string.h>

#include "shop.h"

/* So much of a checklist is read, and so much at once. */
#define LONGEST (64 * 1024)
#define CHUNK (16 * 1024)

static bool price(const hospes_json_t *given, hospes_string_t *ret, hospes_types_error_t *error) {
  hospes_string_t job;
  if (!need_text(given, "job", &job, error)) return false;
  const char *amount = hospes_equal(job, "brakes") ? "39.00" : hospes_equal(job, "chain") ? "24.50" : NULL;
  if (!amount) {
    return hospes_fail(error, "not-found", "There is no price for \"%.*s\"; there are brakes and chain.", HOSPES_ARG(job));
  }
  *ret = hospes_format("{\"amount\":\"%s\",\"currency\":\"CNY\",\"job\":\"%.*s\"}", amount, HOSPES_ARG(job));
  return true;
}

/* Tells the customer that the bicycle is ready, and notes it wherever somebody will look. All of it happens or none. */
static bool hand_over(const hospes_json_t *given, hospes_string_t *ret, hospes_types_error_t *error) {
  hospes_string_t id, message, task, of_ticket = hospes_text("ticket"), of_task = hospes_text("task");
  hospes_types_entity_t ticket;
  if (!need_text(given, "ticket", &id, error) || !hospes_records_get(&of_ticket, &id, &ticket, error)) return false;
  hospes_types_attribute_t *fields = ticket.attributes.ptr;
  size_t count = ticket.attributes.len;
  bool chinese = is_chinese(hospes_text_of(fields, count, "language"));
  hospes_string_t conversation = hospes_text_of(fields, count, "conversation_id");
  if (conversation.len == 0) return hospes_fail(error, "invalid", "The ticket has no conversation.");

  hospes_string_t ready = pick(chinese, "您的车修好了，随时可取。", "Your bicycle is ready.");
  hospes_records_list_attribute_t none = {0}, change, about;
  if (!hospes_records_message(&conversation, &ready, &none, &message, error)) return false;

  /* With the version that it was read at: if somebody has changed the ticket meanwhile, the call runs again. */
  HOSPES_LIST(change, 1);
  change.ptr[0] = hospes_attribute("priority", hospes_text_value(hospes_text("low")));
  if (!hospes_records_update(&of_ticket, &id, ticket.version, &change, error)) return false;

  HOSPES_LIST(about, 3);
  about.ptr[0] = hospes_attribute("title", hospes_text_value(pick(chinese, "等客户取车", "Wait for the customer")));
  about.ptr[1] = hospes_attribute("subject_kind", hospes_text_value(of_ticket));
  about.ptr[2] = hospes_attribute("subject_id", hospes_text_value(id));
  if (!hospes_records_create(&of_task, &about, &task, error)) return false;
  /* The task's id is known although it is stored only when the call has succeeded. */
  hospes_string_t relation = hospes_text("about");
  if (!hospes_records_link(&of_task, &task, &relation, &of_ticket, &id, error)) return false;

  hospes_string_t customer = hospes_text_of(fields, count, "customer_id"), of_customer = hospes_text("customer");
  hospes_list_string_t add, remove = {0};
  HOSPES_LIST(add, 1);
  add.ptr[0] = hospes_text("pick-up");
  if (customer.len > 0 && !hospes_records_tag(&of_customer, &customer, &add, &remove, error)) return false;
  *ret = hospes_format("{\"message\":\"%.*s\",\"task\":\"%.*s\"}", HOSPES_ARG(message), HOSPES_ARG(task));
  return true;
}

/* A file comes in chunks, so that it never has to fit into the sandbox as a whole. */
static bool checklist(const hospes_json_t *given, hospes_string_t *ret, hospes_types_error_t *error) {
  hospes_string_t id;
  hospes_attachments_own_attachment_t file;
  if (!need_text(given, "file", &id, error) || !hospes_attachments_open(&id, &file, error)) return false;
  hospes_attachments_borrow_attachment_t borrowed = hospes_attachments_borrow_attachment(file);
  hospes_string_t text = {.ptr = hospes_zeroed(LONGEST, 1)};
  while (text.len < LONGEST) {
    hospes_list_u8_t chunk;
    if (!hospes_attachments_method_attachment_read(borrowed, text.len, CHUNK, &chunk, error)) return false;
    if (chunk.len == 0) break;
    memcpy(text.ptr + text.len, chunk.ptr, chunk.len);
    text.len += chunk.len;
  }
  hospes_string_t quoted = hospes_json_quoted(hospes_utf8(text));
  *ret = hospes_format("{\"text\":%.*s}", HOSPES_ARG(quoted));
  return true;
}

bool exports_hospes_tools_call(hospes_string_t *name, hospes_string_t *arguments, hospes_string_t *ret,
                               hospes_types_error_t *error) {
  hospes_string_t problem;
  const hospes_json_t *given = hospes_json_read(*arguments, &problem);
  if (!given) return hospes_fail(error, "invalid", "The arguments aren't JSON: %.*s.", HOSPES_ARG(problem));
  if (hospes_equal(*name, "price")) return price(given, ret, error);
  if (hospes_equal(*name, "hand-over")) return hand_over(given, ret, error);
  if (hospes_equal(*name, "checklist")) return checklist(given, ret, error);
  return hospes_fail(error, "not-found", "There is no tool \"%.*s\".", HOSPES_ARG(*name));
}
