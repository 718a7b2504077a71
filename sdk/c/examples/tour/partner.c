/* `partner`: the wholesaler of parts, whose system takes orders and knows its stock. */
#include "shop.h"

#define WHOLESALER "https://parts.example.com"

typedef exports_hospes_partner_share_t share_t;

static hospes_http_request_t order(const share_t *share) {
  hospes_string_t note = hospes_json_quoted(share->note), subject = hospes_json_quoted(share->subject.id);
  /* The share's id stays the same however often it is pushed. */
  return post_with("parts-token", WHOLESALER "/orders", share->id,
                   hospes_format("{\"note\": %.*s, \"subject\": %.*s}", HOSPES_ARG(note), HOSPES_ARG(subject)));
}

static bool failed(unsigned status, hospes_types_error_t *error) {
  return hospes_fail_for(error, "unavailable", 30000, "The wholesaler answered %u.", status);
}

static bool receipt(const share_t *share, hospes_http_result_response_error_t *result,
                    exports_hospes_partner_receipt_t *ret, hospes_types_error_t *error) {
  hospes_string_t problem;
  /* If one can't be delivered all are pushed again; the wholesaler knows those that it has by their keys. */
  if (result->is_err) return *error = result->val.err, false;
  hospes_http_response_t *response = &result->val.ok;
  *ret = (exports_hospes_partner_receipt_t){.share = share->id, .accepted = is_good(response->status)};
  if (!ret->accepted && response->status != 409) return failed(response->status, error);
  /* A refusal is an answer, too: people read it on the timeline. */
  const hospes_json_t *answer = hospes_json_read(hospes_of_bytes(response->body), &problem);
  if (!hospes_json_text(answer, "number", &ret->reference)) ret->reference = hospes_text("");
  if (!hospes_json_text(answer, "message", &ret->message)) ret->message = hospes_text("");
  return true;
}

bool exports_hospes_partner_push(exports_hospes_partner_list_share_t *shares, exports_hospes_partner_list_receipt_t *ret,
                                 hospes_types_error_t *error) {
  hospes_http_list_request_t orders;
  hospes_http_list_result_response_error_t results;
  HOSPES_LIST(orders, shares->len);
  for (size_t at = 0; at < shares->len; at++) orders.ptr[at] = order(&shares->ptr[at]);
  /* All at once: one after the other could take longer than the call has. */
  hospes_http_send_many(&orders, &results);
  HOSPES_LIST(*ret, shares->len);
  for (size_t at = 0; at < shares->len; at++) {
    if (!receipt(&shares->ptr[at], &results.ptr[at], &ret->ptr[at], error)) return false;
  }
  return true;
}

static bool add_rows(const hospes_json_t *items, hospes_types_table_t *table, hospes_types_error_t *error) {
  if (!items || items->kind != HOSPES_JSON_LIST) {
    return hospes_fail(error, "invalid", "The wholesaler's answer has no items.");
  }
  HOSPES_LIST(table->rows, items->count);
  const hospes_json_t *item = items->first;
  for (size_t at = 0; at < items->count; at++, item = item->next) {
    hospes_string_t part;
    int64_t available;
    if (!need_text(item, "part", &part, error)) return false;
    if (!hospes_json_integer(hospes_json_field(item, "available"), &available)) {
      return hospes_fail(error, "invalid", "The wholesaler's answer has a stock that is no number.");
    }
    HOSPES_LIST(table->rows.ptr[at], 2);
    table->rows.ptr[at].ptr[0] = hospes_text_value(part);
    table->rows.ptr[at].ptr[1] = hospes_integer_value(available);
  }
  return true;
}

bool exports_hospes_partner_query(exports_hospes_partner_query_request_t *request, hospes_types_table_t *ret,
                                  hospes_types_error_t *error) {
  if (!hospes_equal(request->name, "stock")) {
    return hospes_fail(error, "unsupported", "The wholesaler can be asked for \"stock\".");
  }
  hospes_string_t part = hospes_text_of(request->parameters.ptr, request->parameters.len, "part"), problem;
  if (part.len == 0) return hospes_fail(error, "invalid", "Which part? Give the parameter \"part\".");
  hospes_string_t encoded = hospes_url_encoded(part);
  hospes_http_request_t asked = request_with(
      "parts-token", "GET", hospes_format(WHOLESALER "/stock?part=%.*s", HOSPES_ARG(encoded)));
  hospes_http_response_t response;
  if (!hospes_http_send(&asked, &response, error)) return false;
  if (!is_good(response.status)) return failed(response.status, error);
  bool chinese = is_chinese(request->language);
  *ret = (hospes_types_table_t){0};
  HOSPES_LIST(ret->columns, 2);
  ret->columns.ptr[0] = (hospes_types_column_t){.name = hospes_text("part"), .title = pick(chinese, "配件", "Part")};
  ret->columns.ptr[1] =
      (hospes_types_column_t){.name = hospes_text("available"), .title = pick(chinese, "库存", "In stock")};
  const hospes_json_t *answer = hospes_json_read(hospes_of_bytes(response.body), &problem);
  return add_rows(hospes_json_field(answer, "items"), ret, error);
}
