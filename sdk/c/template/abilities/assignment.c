/* Gives a ticket to who has fewest. */
bool exports_hospes_assignment_choose(hospes_types_entity_t *ticket,
                                      exports_hospes_assignment_list_candidate_t *candidates,
                                      exports_hospes_assignment_option_choice_t *ret, hospes_types_error_t *error) {
  (void)ticket, (void)error;
  *ret = (exports_hospes_assignment_option_choice_t){.is_some = candidates->len > 0};
  if (!ret->is_some) return true;
  exports_hospes_assignment_candidate_t *first = candidates->ptr;
  for (size_t at = 1; at < candidates->len; at++) {
    if (candidates->ptr[at].open_tickets < first->open_tickets) first = &candidates->ptr[at];
  }
  ret->val.user = first->user;
  ret->val.reason = hospes_format("%.*s has %u open tickets", HOSPES_ARG(first->name), first->open_tickets);
  return true;
}
