/* `assignment`: a ticket goes to the least busy mechanic who speaks the customer's language. */
#include "shop.h"

typedef exports_hospes_assignment_candidate_t candidate_t;

/* Attributes may be missing, or be something else in a later host: that counts as none. */
static bool speaks(const candidate_t *candidate, hospes_string_t language) {
  hospes_string_t problem;
  const hospes_types_value_t *list = find_value(candidate->attributes.ptr, candidate->attributes.len, "languages");
  if (!list || list->tag != HOSPES_TYPES_VALUE_JSON) return false;
  const hospes_json_t *languages = hospes_json_read(list->val.json, &problem);
  if (!languages || languages->kind != HOSPES_JSON_LIST) return false;
  for (const hospes_json_t *spoken = languages->first; spoken; spoken = spoken->next) {
    if (hospes_same(spoken->text, language)) return true;
  }
  return false;
}

static hospes_string_t reason(const candidate_t *chosen, hospes_string_t language) {
  bool chinese = staff_is_chinese();
  hospes_string_t why = pick(chinese, "最空闲", " is the least busy");
  if (language.len > 0) why = hospes_format(chinese ? "会 %.*s" : " speaks %.*s", HOSPES_ARG(language));
  return hospes_format(chinese ? "%.*s%.*s，当前 %u/%u 张工单" : "%.*s%.*s, %u of %u tickets open",
                       HOSPES_ARG(chosen->name), HOSPES_ARG(why), chosen->open_tickets, chosen->capacity);
}

bool exports_hospes_assignment_choose(hospes_types_entity_t *ticket, exports_hospes_assignment_list_candidate_t *candidates,
                                      exports_hospes_assignment_option_choice_t *ret, hospes_types_error_t *error) {
  (void)error;
  hospes_string_t language = hospes_text_of(ticket->attributes.ptr, ticket->attributes.len, "language");
  const candidate_t *chosen = NULL;
  for (size_t at = 0; at < candidates->len; at++) {
    const candidate_t *one = &candidates->ptr[at];
    if (one->open_tickets >= one->capacity || (language.len > 0 && !speaks(one, language))) continue;
    if (!chosen || one->open_tickets < chosen->open_tickets) chosen = one;
  }
  /* Where nobody fits there is no choice, and the host's own rule chooses. */
  *ret = (exports_hospes_assignment_option_choice_t){.is_some = chosen != NULL};
  if (chosen) ret->val = (exports_hospes_assignment_choice_t){.user = chosen->user, .reason = reason(chosen, language)};
  return true;
}
