/* `channel-send`: answers go out by the app. */
#include "shop.h"

bool exports_hospes_channel_send_send(exports_hospes_channel_send_outbound_message_t *message,
                                      exports_hospes_channel_send_sent_t *ret, hospes_types_error_t *error) {
  *ret = (exports_hospes_channel_send_sent_t){0};
  if (message->attachments.len > 0) {
    return hospes_fail(error, "unsupported", "The app shows no files: send a link instead.");
  }
  hospes_string_t buttons = hospes_text("");
  for (size_t at = 0; at < message->choices.len; at++) {
    hospes_string_t label = hospes_json_quoted(message->choices.ptr[at].label);
    hospes_string_t value = hospes_json_quoted(message->choices.ptr[at].value);
    buttons = hospes_format("%.*s%s{\"label\": %.*s, \"value\": %.*s}", HOSPES_ARG(buttons), at ? ", " : "",
                            HOSPES_ARG(label), HOSPES_ARG(value));
  }
  hospes_string_t to = hospes_json_quoted(message->conversation), text = hospes_json_quoted(message->text);
  hospes_string_t body = hospes_format("{\"to\": %.*s, \"text\": %.*s, \"buttons\": [%.*s]}", HOSPES_ARG(to),
                                       HOSPES_ARG(text), HOSPES_ARG(buttons));
  /* An attempt may have arrived although its answer didn't: the id stays the same over all of them. */
  hospes_http_request_t request = post_with("token", APP "/messages", message->id, body);
  const hospes_json_t *answer;
  return ask_app(&request, &answer, error) && need_text(answer, "id", &ret->external_id, error);
}

bool exports_hospes_channel_send_start(exports_hospes_channel_send_conversation_request_t *request,
                                       exports_hospes_channel_send_started_t *ret, hospes_types_error_t *error) {
  for (size_t at = 0; at < request->recipient.len; at++) {
    ret->conversation = request->recipient.ptr[at].value;
    if (hospes_equal(request->recipient.ptr[at].scheme, "radwerk")) return true;
  }
  return hospes_fail(error, "unsupported", "This customer has no account.");
}
