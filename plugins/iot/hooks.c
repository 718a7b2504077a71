/* A ticket that an alarm opens gets the class and priority of its rule: a message can't carry them. */
#include "iot.h"

static hospes_string_t text_of(const hospes_types_entity_t *record, const char *name) {
  return hospes_text_of(record->attributes.ptr, record->attributes.len, name);
}

/* A record; none where it is another channel's, which is out of scope. */
static bool get(const char *kind, hospes_string_t id, hospes_types_entity_t *record, bool *is_there,
                hospes_types_error_t *error) {
  hospes_string_t of = hospes_text(kind);
  *is_there = id.len > 0 && hospes_records_get(&of, &id, record, error);
  return *is_there || id.len == 0 || hospes_equal(error->code, "not-found");
}

bool exports_hospes_hooks_on_event(exports_hospes_hooks_event_t *event, hospes_types_error_t *error) {
  hospes_types_entity_t ticket, conversation;
  bool is_there;
  if (!get("ticket", event->subject_id, &ticket, &is_there, error)) return false;
  if (!is_there) return true;
  if (!get("conversation", text_of(&ticket, "conversation_id"), &conversation, &is_there, error)) return false;
  if (!is_there) return true;
  rules_t rules;
  if (!read_rules(&rules, error)) return false;
  hospes_string_t device, name;
  split_thread(text_of(&conversation, "external_id"), &rules, &device, &name);
  const rule_t *rule = rule_named(&rules, name);
  bool is_silence = hospes_equal(name, SILENCE);
  if (rule == NULL && !is_silence) return true;
  hospes_string_t priority = is_silence ? setting_text("offline-priority") : rule->priority;
  hospes_string_t class_ = is_silence ? hospes_text("after-sales") : rule->class_;
  if (priority.len == 0) priority = hospes_text("normal");
  if (class_.len == 0) class_ = hospes_text("after-sales");
  if (hospes_same(text_of(&ticket, "priority"), priority) && hospes_same(text_of(&ticket, "class"), class_))
    return true;
  hospes_records_list_attribute_t changes;
  HOSPES_LIST(changes, 2);
  changes.ptr[0] = hospes_attribute("priority", hospes_text_value(priority));
  changes.ptr[1] = hospes_attribute("class", hospes_text_value(class_));
  hospes_string_t kind = hospes_text("ticket");
  return hospes_records_update(&kind, &ticket.id, ticket.version, &changes, error);
}
