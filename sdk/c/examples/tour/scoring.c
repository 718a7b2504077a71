/* `scoring`: how loyal a customer is. A point for each hundred of orders in CNY, five for each message. */
#include "shop.h"

typedef exports_hospes_scoring_customer_score_t score_t;

/* The points for orders; the figure stands once for each currency. Money is decimal text and never a floating-point
 * number. What stands behind the point gives nothing here. */
static bool order_points(const hospes_types_attribute_t *field, int64_t *points) {
  bool is_total = hospes_equal(field->name, "order_total") && field->value.tag == HOSPES_TYPES_VALUE_MONEY;
  if (!is_total || !hospes_equal(field->value.val.money.currency, "CNY")) return false;
  hospes_string_t amount = field->value.val.money.amount;
  int64_t whole = 0;
  size_t digits = 0;
  for (; digits < amount.len && amount.ptr[digits] >= '0' && amount.ptr[digits] <= '9'; digits++) {
    whole = 10 * whole + amount.ptr[digits] - '0';
    if (digits == 15) return false;
  }
  *points = whole / 100;
  return digits > 0 && (digits == amount.len || amount.ptr[digits] == '.');
}

/* A customer of whom nothing is known gets no score, not the worst one. */
static bool loyalty(const exports_hospes_scoring_subject_t *subject, bool chinese, score_t *score) {
  int64_t points = 0, earned;
  HOSPES_LIST(score->reasons, subject->attributes.len + 1);
  score->reasons.len = 0;
  for (size_t at = 0; at < subject->attributes.len; at++) {
    const hospes_types_attribute_t *field = &subject->attributes.ptr[at];
    if (!order_points(field, &earned)) continue;
    points += earned;
    score->reasons.ptr[score->reasons.len++] = hospes_format(
        chinese ? "订单 %.*s CNY：%lld" : "%.*s CNY of orders: %lld", HOSPES_ARG(field->value.val.money.amount), (long long)earned);
  }
  unsigned written = 0;
  for (size_t at = 0; at < subject->touches.len; at++) written += subject->touches.ptr[at].inbound;
  if (written > 0) {
    points += 5 * written;
    score->reasons.ptr[score->reasons.len++] =
        hospes_format(chinese ? "%u 条消息：%u" : "%u messages: %u", written, 5 * written);
  }
  score->subject = subject->id;
  score->name = hospes_text("loyalty");
  score->value = points;
  score->grade = hospes_text(points >= 50 ? "gold" : points >= 20 ? "silver" : "bronze");
  return score->reasons.len > 0;
}

bool exports_hospes_scoring_score(exports_hospes_scoring_list_subject_t *subjects,
                                  exports_hospes_scoring_list_customer_score_t *ret, hospes_types_error_t *error) {
  (void)error;
  bool chinese = staff_is_chinese();
  HOSPES_LIST(*ret, subjects->len);
  ret->len = 0;
  for (size_t at = 0; at < subjects->len; at++) ret->len += loyalty(&subjects->ptr[at], chinese, &ret->ptr[ret->len]);
  return true;
}
