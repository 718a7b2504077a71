/* Sends messages by a provider's HTTP interface. */
bool exports_hospes_channel_send_send(exports_hospes_channel_send_outbound_message_t *message,
                                      exports_hospes_channel_send_sent_t *ret, hospes_types_error_t *error) {
  hospes_string_t to = hospes_json_quoted(message->conversation), text = hospes_json_quoted(message->text), problem;
  hospes_http_request_t request = hospes_request("POST", hospes_text("https://api.example.com/messages"));
  HOSPES_LIST(request.headers, 3);
  request.headers.ptr[0] = hospes_secret_header("authorization", "Bearer ", "token");
  request.headers.ptr[1] = hospes_header("content-type", hospes_text("application/json"));
  request.headers.ptr[2] = hospes_header("idempotency-key", message->id);
  hospes_string_t body = hospes_format("{\"to\": %.*s, \"text\": %.*s}", HOSPES_ARG(to), HOSPES_ARG(text));
  request.body.val.bytes = hospes_bytes(body);
  hospes_http_response_t response;
  if (!hospes_http_send(&request, &response, error)) return false;
  if (response.status >= 500) {
    return hospes_fail_for(error, "unavailable", 10000, "the provider answered %u", response.status);
  }
  if (response.status >= 300) return hospes_fail(error, "invalid", "the provider answered %u", response.status);
  const hospes_json_t *sent = hospes_json_read(hospes_of_bytes(response.body), &problem);
  const hospes_json_t *id = hospes_json_field(sent, "id");
  if (id == NULL) return hospes_fail(error, "invalid", "the provider's answer has no id");
  *ret = (exports_hospes_channel_send_sent_t){.external_id = id->text};
  return true;
}

bool exports_hospes_channel_send_start(exports_hospes_channel_send_conversation_request_t *request,
                                       exports_hospes_channel_send_started_t *ret, hospes_types_error_t *error) {
  (void)request, (void)ret;
  return hospes_fail(error, "unsupported", "This channel can't write first: the customer has to begin.");
}
