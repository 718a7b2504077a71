/* Notes in the log which tickets were resolved. */
bool exports_hospes_hooks_on_event(exports_hospes_hooks_event_t *event, hospes_types_error_t *error) {
  (void)error;
  hospes_log(HOSPES_LOG_LEVEL_INFO, "%.*s: %.*s", HOSPES_ARG(event->kind), HOSPES_ARG(event->subject_id));
  return true;
}
