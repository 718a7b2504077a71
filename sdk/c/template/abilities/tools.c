/* Offers one tool, which counts words. */
bool exports_hospes_tools_call(hospes_string_t *name, hospes_string_t *arguments, hospes_string_t *ret,
                               hospes_types_error_t *error) {
  (void)name;
  hospes_string_t text, problem;
  const hospes_json_t *input = hospes_json_read(*arguments, &problem);
  if (input == NULL) return hospes_fail(error, "invalid", "the input isn't JSON: %.*s", HOSPES_ARG(problem));
  if (!hospes_json_text(input, "text", &text)) return hospes_fail(error, "invalid", "text is missing");
  unsigned words = 0;
  bool within = false;
  for (size_t at = 0; at < text.len; at++) {
    bool is_space = text.ptr[at] == ' ' || (text.ptr[at] >= '\t' && text.ptr[at] <= '\r');
    words += !is_space && !within;
    within = !is_space;
  }
  *ret = hospes_format("{\"words\":%u}", words);
  return true;
}
