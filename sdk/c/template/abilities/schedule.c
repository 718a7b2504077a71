/* Says good morning every day at eight. */
bool exports_hospes_schedule_run(hospes_string_t *name, hospes_types_timestamp_t due, hospes_types_error_t *error) {
  (void)error;
  hospes_log(HOSPES_LOG_LEVEL_INFO, "%.*s was due at %lld", HOSPES_ARG(*name), (long long)due);
  return true;
}
