/* `channel-poll`: asks the app for messages, for workshops that no webhook can reach. */
#include "shop.h"

bool exports_hospes_channel_poll_poll(hospes_string_t *cursor, exports_hospes_channel_poll_batch_t *ret,
                                      hospes_types_error_t *error) {
  hospes_string_t after = hospes_url_encoded(cursor ? *cursor : hospes_text("0"));
  hospes_http_request_t request =
      request_with("token", "GET", hospes_format(APP "/messages?after=%.*s", HOSPES_ARG(after)));
  const hospes_json_t *page;
  if (!ask_app(&request, &page, error)) return false;
  const hospes_json_t *messages = hospes_json_field(page, "messages"), *more = hospes_json_field(page, "more");
  if (!messages || messages->kind != HOSPES_JSON_LIST) {
    return hospes_fail(error, "invalid", "The app's answer has no messages.");
  }
  *ret = (exports_hospes_channel_poll_batch_t){.more = more && more->truth};
  /* The cursor is stored together with the messages, so that none is lost and none comes twice. */
  ret->cursor.is_some = hospes_json_text(page, "next", &ret->cursor.val) || cursor;
  if (!hospes_json_text(page, "next", &ret->cursor.val) && cursor) ret->cursor.val = *cursor;
  /* Room for all in both lists. */
  HOSPES_LIST(ret->messages, messages->count);
  HOSPES_LIST(ret->kept, messages->count);
  ret->messages.len = ret->kept.len = 0;
  for (const hospes_json_t *item = messages->first; item; item = item->next) {
    hospes_types_error_t unreadable;
    if (read_message(item, &ret->messages.ptr[ret->messages.len], &unreadable)) {
      ret->messages.len++;
      continue;
    }
    /* One that can't be read mustn't hold up those behind it. */
    exports_hospes_channel_kept_t *kept = &ret->kept.ptr[ret->kept.len++];
    if (!hospes_json_text(item, "id", &kept->external_id)) kept->external_id = hospes_text("");
    kept->reason = hospes_text("unreadable");
    kept->detail = unreadable.message;
  }
  return true;
}
