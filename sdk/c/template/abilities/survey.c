/* Asks whether the problem is solved. */
bool exports_hospes_survey_compose(hospes_types_entity_t *ticket, exports_hospes_survey_option_questionnaire_t *ret,
                                   hospes_types_error_t *error) {
  (void)error;
  hospes_string_t language = hospes_text_of(ticket->attributes.ptr, ticket->attributes.len, "language");
  bool chinese = hospes_starts_with(language, "zh");
  *ret = (exports_hospes_survey_option_questionnaire_t){.is_some = true};
  ret->val.kind = hospes_text("thumbs");
  ret->val.language = hospes_text(chinese ? "zh-CN" : "en");
  ret->val.question = hospes_text(chinese ? "问题解决了吗？" : "Is the problem solved?");
  HOSPES_LIST(ret->val.options, 2);
  ret->val.options.ptr[0] =
      (exports_hospes_survey_option_label_t){.rating = 1, .label = hospes_text(chinese ? "解决了" : "Yes")};
  ret->val.options.ptr[1] =
      (exports_hospes_survey_option_label_t){.rating = 0, .label = hospes_text(chinese ? "没有" : "No")};
  return true;
}

bool exports_hospes_survey_read(exports_hospes_survey_answer_t *answer, exports_hospes_survey_reading_t *ret,
                                hospes_types_error_t *error) {
  (void)error;
  *ret = (exports_hospes_survey_reading_t){.rating = answer->rating, .comment = answer->text};
  ret->normalized.is_some = answer->rating.is_some;
  ret->normalized.val = answer->rating.val;
  return true;
}
