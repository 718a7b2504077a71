/* Receives greetings by webhook: {"id": "1", "from": "li@example.com", "name": "Li", "text": "Hello", "at": 1767600000000000} */
bool exports_hospes_channel_receive(exports_hospes_channel_http_request_t *request,
                                    exports_hospes_channel_inbound_t *ret, hospes_types_error_t *error) {
  hospes_string_t id, from, name, text, answer, problem;
  const hospes_json_t *greeting = hospes_json_read(hospes_of_bytes(request->body), &problem);
  if (greeting == NULL) return hospes_fail(error, "invalid", "the body isn't JSON: %.*s", HOSPES_ARG(problem));
  if (!hospes_json_text(greeting, "id", &id)) return hospes_fail(error, "invalid", "id is missing");
  if (!hospes_json_text(greeting, "from", &from)) return hospes_fail(error, "invalid", "from is missing");
  if (!hospes_json_text(greeting, "name", &name)) return hospes_fail(error, "invalid", "name is missing");
  if (!hospes_json_text(greeting, "text", &text)) return hospes_fail(error, "invalid", "text is missing");
  exports_hospes_channel_message_t message = {
      .external_id = id, .conversation = from, .kind = hospes_text("message"), .text = text};
  if (!hospes_json_integer(hospes_json_field(greeting, "at"), &message.sent_at)) {
    return hospes_fail(error, "invalid", "at is no time in microseconds");
  }
  HOSPES_LIST(message.sender, 1);
  message.sender.ptr[0] = (hospes_types_identity_t){.scheme = hospes_text("email"), .value = from};
  HOSPES_LIST(message.attributes, 1);
  message.attributes.ptr[0] = hospes_attribute("name", hospes_text_value(name));
  *ret = (exports_hospes_channel_inbound_t){.answer = {.status = 200}};
  if (hospes_setting("answer", &answer)) ret->answer.body = hospes_bytes(answer);
  HOSPES_LIST(ret->messages, 1);
  ret->messages.ptr[0] = message;
  return true;
}
