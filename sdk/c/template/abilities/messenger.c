/* Notifies one person by a messenger's HTTP interface; false with the error when it isn't delivered. */
static bool notify_by_messenger(const exports_hospes_messenger_notification_t *notification,
                                hospes_types_error_t *error) {
  hospes_string_t to = hospes_json_quoted(notification->address);
  hospes_string_t line = notification->url.len == 0
                             ? notification->text
                             : hospes_format("%.*s %.*s", HOSPES_ARG(notification->text), HOSPES_ARG(notification->url));
  hospes_string_t text = hospes_json_quoted(line);
  hospes_http_request_t request = hospes_request("POST", hospes_text("https://messenger.example.com/notify"));
  HOSPES_LIST(request.headers, 3);
  request.headers.ptr[0] = hospes_secret_header("authorization", "Bearer ", "messenger-token");
  request.headers.ptr[1] = hospes_header("content-type", hospes_text("application/json"));
  request.headers.ptr[2] = hospes_header("idempotency-key", notification->id);
  hospes_string_t body = hospes_format("{\"to\": %.*s, \"text\": %.*s}", HOSPES_ARG(to), HOSPES_ARG(text));
  request.body.val.bytes = hospes_bytes(body);
  hospes_http_response_t response;
  if (!hospes_http_send(&request, &response, error)) return false;
  if (response.status >= 500) {
    return hospes_fail_for(error, "unavailable", 60000, "the messenger answered %u", response.status);
  }
  if (response.status >= 300) return hospes_fail(error, "invalid", "the messenger answered %u", response.status);
  return true;
}

bool exports_hospes_messenger_deliver(exports_hospes_messenger_list_notification_t *notifications,
                                      exports_hospes_messenger_list_receipt_t *ret, hospes_types_error_t *error) {
  (void)error;
  HOSPES_LIST(*ret, notifications->len);
  for (size_t at = 0; at < notifications->len; at++) {
    exports_hospes_messenger_receipt_t *receipt = &ret->ptr[at];
    *receipt = (exports_hospes_messenger_receipt_t){.notification = notifications->ptr[at].id};
    receipt->failure.is_some = !notify_by_messenger(&notifications->ptr[at], &receipt->failure.val);
  }
  return true;
}
