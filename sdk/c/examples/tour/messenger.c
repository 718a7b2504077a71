/* `messenger`: the staff reads what happened in the workshop's app. */
#include "shop.h"

/* Whether it was sent at all. What the app refuses is the notification's own failure, and stands on its receipt. */
static bool deliver_one(const exports_hospes_messenger_notification_t *notification,
                        exports_hospes_messenger_receipt_t *receipt, hospes_types_error_t *error) {
  *receipt = (exports_hospes_messenger_receipt_t){.notification = notification->id};
  if (notification->address.len == 0) {
    receipt->failure.is_some = true;
    hospes_fail(&receipt->failure.val, "not-found", "Enter your account in the app in your settings.");
    return true;
  }
  hospes_string_t line = hospes_trim(
      hospes_format("%.*s %.*s", HOSPES_ARG(notification->text), HOSPES_ARG(notification->url)));
  hospes_string_t to = hospes_json_quoted(notification->address), text = hospes_json_quoted(line);
  hospes_string_t body = hospes_format("{\"to\": %.*s, \"text\": %.*s}", HOSPES_ARG(to), HOSPES_ARG(text));
  hospes_http_request_t request = post_with("token", APP "/messages", notification->id, body);
  hospes_http_response_t response;
  if (!hospes_http_send(&request, &response, error)) return false;
  receipt->failure.is_some = !is_taken(response.status, &receipt->failure.val);
  return true;
}

bool exports_hospes_messenger_deliver(exports_hospes_messenger_list_notification_t *notifications,
                                      exports_hospes_messenger_list_receipt_t *ret, hospes_types_error_t *error) {
  HOSPES_LIST(*ret, notifications->len);
  for (size_t at = 0; at < notifications->len; at++) {
    if (!deliver_one(&notifications->ptr[at], &ret->ptr[at], error)) return false;
  }
  return true;
}
