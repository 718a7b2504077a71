/* `survey`: asks how the repair was, and reads the answers. */
#include <string.h>

#include "shop.h"

bool exports_hospes_survey_compose(hospes_types_entity_t *ticket, exports_hospes_survey_option_questionnaire_t *ret,
                                   hospes_types_error_t *error) {
  (void)error;
  static const char *const labels[2][3] = {{"Bad", "Fair", "Good"}, {"不满意", "一般", "满意"}};
  hospes_string_t class = hospes_text_of(ticket->attributes.ptr, ticket->attributes.len, "class");
  bool chinese = is_chinese(hospes_text_of(ticket->attributes.ptr, ticket->attributes.len, "language"));
  *ret = (exports_hospes_survey_option_questionnaire_t){0};
  if (hospes_equal(class, "spam") || hospes_equal(class, "chatter")) return true;
  hospes_string_t name = hospes_text("survey-delay-minutes");
  hospes_config_value_t minutes;
  ret->is_some = true;
  if (hospes_config_get(&name, &minutes) && minutes.tag == HOSPES_TYPES_VALUE_INTEGER) {
    ret->val.delay_ms = (uint32_t)(minutes.val.integer * 60000);
  }
  ret->val.kind = hospes_text("csat");
  ret->val.language = pick(chinese, "zh-CN", "en");
  ret->val.question = pick(chinese, "车修得满意吗？", "How was the repair?");
  ret->val.comment_question = pick(chinese, "还想说点什么？", "Anything to add?");
  HOSPES_LIST(ret->val.options, 3);
  for (int at = 0; at < 3; at++) {
    ret->val.options.ptr[at].rating = at + 1;
    ret->val.options.ptr[at].label = hospes_text(labels[chinese][at]);
  }
  return true;
}

/* The length of the mark that a text begins with, or 0. */
static size_t mark(hospes_string_t text) {
  static const char *const marks[] = {",", ".", "!", "，", "。", "！"};
  for (size_t at = 0; at < sizeof marks / sizeof *marks; at++) {
    if (hospes_starts_with(text, marks[at])) return strlen(marks[at]);
  }
  return 0;
}

/* A reply such as `2, a bit slow`. `3 bicycles` begins with a number, too, and is none. */
static bool reply(hospes_string_t text, int32_t *rating, hospes_string_t *comment) {
  if (text.len == 0 || text.ptr[0] < '1' || text.ptr[0] > '3') return false;
  *rating = text.ptr[0] - '0';
  *comment = (hospes_string_t){.ptr = text.ptr + 1, .len = text.len - 1};
  if (comment->len > 0 && mark(*comment) == 0) return false;
  for (size_t length; (length = mark(*comment)) > 0;) {
    *comment = hospes_trim((hospes_string_t){.ptr = comment->ptr + length, .len = comment->len - length});
  }
  return true;
}

bool exports_hospes_survey_read(exports_hospes_survey_answer_t *answer, exports_hospes_survey_reading_t *ret,
                                hospes_types_error_t *error) {
  *ret = (exports_hospes_survey_reading_t){0};
  hospes_string_t comment = hospes_trim(answer->text);
  int32_t rating = answer->rating.val;
  /* Customers also write something new while a question is open. When in doubt it is no answer, and goes on as a message. */
  if (!answer->rating.is_some && !reply(comment, &rating, &comment)) return true;
  if (rating < 1 || rating > 3) return hospes_fail(error, "invalid", "%d isn't one of 1, 2 and 3.", (int)rating);
  ret->rating.is_some = ret->normalized.is_some = true;
  ret->rating.val = rating;
  /* From 0 to 1, so that surveys of different scales compare. */
  ret->normalized.val = (rating - 1) / 2.0;
  ret->comment = comment;
  return true;
}
