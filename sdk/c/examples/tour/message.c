/* A message as the app writes it. Fields that aren't read are left alone, so that the app may grow. */
#include "shop.h"

bool need_text(const hospes_json_t *object, const char *field, hospes_string_t *text, hospes_types_error_t *error) {
  return hospes_json_text(object, field, text) || hospes_fail(error, "invalid", "%s is missing, or no text.", field);
}

bool read_message(const hospes_json_t *read, exports_hospes_channel_message_t *message, hospes_types_error_t *error) {
  hospes_string_t frame, photo, name;
  int64_t sent;
  *message = (exports_hospes_channel_message_t){.kind = hospes_text("message")};
  if (!need_text(read, "id", &message->external_id, error)) return false;
  if (!need_text(read, "from", &message->conversation, error)) return false;
  if (!need_text(read, "text", &message->text, error)) return false;
  /* The host would keep these as `no-id` and `no-sender`; the app should know that it has a fault. */
  if (message->external_id.len == 0 || message->conversation.len == 0) {
    return hospes_fail(error, "invalid", "A message needs an id and somebody whom it is from.");
  }
  /* The app has milliseconds, the contract microseconds. */
  bool is_time = hospes_json_integer(hospes_json_field(read, "sent"), &sent);
  if (!is_time || __builtin_mul_overflow(sent, 1000, &message->sent_at)) {
    return hospes_fail(error, "invalid", "sent is no time.");
  }
  /* The app vouches for its accounts. A frame number is what somebody typed. */
  bool has_frame = hospes_json_text(read, "frame", &frame);
  HOSPES_LIST(message->sender, has_frame ? 2 : 1);
  message->sender.ptr[0] = (hospes_types_identity_t){
      .scheme = hospes_text("radwerk"), .value = message->conversation, .attested = true};
  if (has_frame) {
    message->sender.ptr[1] = (hospes_types_identity_t){.scheme = hospes_text("bike-frame"), .value = frame};
  }
  /* Room for a checklist, which `channel` adds. */
  HOSPES_LIST(message->attachments, 2);
  message->attachments.len = 0;
  if (hospes_json_text(read, "photo", &photo)) {
    message->attachments.ptr[message->attachments.len++] = (hospes_types_media_t){
        .name = hospes_text("photo.jpg"), .media_type = hospes_text("image/jpeg"), .reference = photo};
  }
  if (hospes_json_text(read, "name", &name)) {
    HOSPES_LIST(message->attributes, 1);
    message->attributes.ptr[0] = hospes_attribute("name", hospes_text_value(name));
  }
  return true;
}
