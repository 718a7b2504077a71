/* Scores customers by how often they wrote. */
bool exports_hospes_scoring_score(exports_hospes_scoring_list_subject_t *subjects,
                                  exports_hospes_scoring_list_customer_score_t *ret, hospes_types_error_t *error) {
  (void)error;
  HOSPES_LIST(*ret, subjects->len);
  for (size_t at = 0; at < subjects->len; at++) {
    exports_hospes_scoring_subject_t *subject = &subjects->ptr[at];
    unsigned written = 0;
    for (size_t touch = 0; touch < subject->touches.len; touch++) written += subject->touches.ptr[touch].inbound;
    ret->ptr[at] = (exports_hospes_scoring_customer_score_t){
        .subject = subject->id,
        .name = hospes_text("activity"),
        .value = written,
        .grade = hospes_text(written > 2 ? "hot" : "cold"),
    };
    HOSPES_LIST(ret->ptr[at].reasons, 1);
    ret->ptr[at].reasons.ptr[0] = hospes_format("has written %u times", written);
  }
  return true;
}
