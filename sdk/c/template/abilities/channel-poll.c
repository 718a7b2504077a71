/* Asks a provider for new messages. */
bool exports_hospes_channel_poll_poll(hospes_string_t *cursor, exports_hospes_channel_poll_batch_t *ret,
                                      hospes_types_error_t *error) {
  hospes_string_t after = hospes_url_encoded(cursor ? *cursor : hospes_text("0")), problem;
  hospes_string_t url = hospes_format("https://api.example.com/messages?after=%.*s", HOSPES_ARG(after));
  hospes_http_request_t request = hospes_request("GET", url);
  HOSPES_LIST(request.headers, 1);
  request.headers.ptr[0] = hospes_secret_header("authorization", "Bearer ", "reading-token");
  hospes_http_response_t response;
  if (!hospes_http_send(&request, &response, error)) return false;
  if (response.status != 200) {
    return hospes_fail_for(error, "unavailable", 10000, "the provider answered %u", response.status);
  }
  const hospes_json_t *answer = hospes_json_read(hospes_of_bytes(response.body), &problem);
  const hospes_json_t *messages = hospes_json_field(answer, "messages");
  if (messages == NULL) return hospes_fail(error, "invalid", "the provider's answer has no messages");
  *ret = (exports_hospes_channel_poll_batch_t){.more = false};
  if (cursor) ret->cursor.is_some = true, ret->cursor.val = *cursor;
  HOSPES_LIST(ret->messages, messages->count);
  const hospes_json_t *item = messages->first;
  for (size_t at = 0; at < messages->count; at++, item = item->next) {
    exports_hospes_channel_poll_message_t *message = &ret->messages.ptr[at];
    const hospes_json_t *id = hospes_json_field(item, "id");
    hospes_string_t from;
    if (id == NULL || !hospes_json_text(item, "from", &from) || !hospes_json_text(item, "text", &message->text)
        || !hospes_json_integer(hospes_json_field(item, "at"), &message->sent_at)) {
      return hospes_fail(error, "invalid", "message %zu of the provider's answer lacks something", at);
    }
    message->external_id = id->text;
    message->conversation = from;
    message->kind = hospes_text("message");
    HOSPES_LIST(message->sender, 1);
    message->sender.ptr[0] = (hospes_types_identity_t){.scheme = hospes_text("email"), .value = from};
    ret->cursor.is_some = true;
    ret->cursor.val = id->text;
  }
  return true;
}
