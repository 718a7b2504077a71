/* Takes whatever asks for money back for an urgent complaint. */
bool exports_hospes_triage_classify(exports_hospes_triage_list_subject_t *subjects,
                                    exports_hospes_triage_list_verdict_t *ret, hospes_types_error_t *error) {
  (void)error;
  static const char *const words[] = {"refund", "退款"};
  HOSPES_LIST(*ret, subjects->len);
  for (size_t at = 0; at < subjects->len; at++) {
    hospes_string_t text = subjects->ptr[at].text;
    const char *found = NULL;
    for (size_t word = 0; word < sizeof words / sizeof *words && !found; word++) {
      if (hospes_contains(text, words[word])) found = words[word];
    }
    bool chinese = false;
    /* U+4E00 to U+9FFF in UTF-8. */
    for (size_t byte = 0; byte < text.len; byte++) chinese |= text.ptr[byte] >= 0xe4 && text.ptr[byte] <= 0xe9;
    ret->ptr[at] = (exports_hospes_triage_verdict_t){
        .class_ = hospes_text(found ? "complaint" : "inquiry"),
        .priority = found ? EXPORTS_HOSPES_TRIAGE_PRIORITY_URGENT : EXPORTS_HOSPES_TRIAGE_PRIORITY_NORMAL,
        .language = hospes_text(chinese ? "zh-CN" : "en"),
        .sentiment = found ? -0.5 : 0,
    };
    if (found) {
      HOSPES_LIST(ret->ptr[at].reasons, 1);
      ret->ptr[at].reasons.ptr[0] = hospes_text(found);
    }
  }
  return true;
}
