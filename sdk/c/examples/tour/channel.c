/* `channel`: the app delivers what customers do by webhook. */
#include "shop.h"

typedef exports_hospes_channel_http_request_t request_t;
typedef exports_hospes_channel_inbound_t inbound_t;

/* Lets only the app in. The host compares, with a key that the plugin never sees. */
static bool check_signature(request_t *request, hospes_types_error_t *error) {
  hospes_string_t name = hospes_text("webhook-key");
  hospes_secrets_own_secret_t key;
  hospes_list_u8_t tag = {0};
  bool is_right;
  for (size_t at = 0; at < request->headers.len; at++) {
    hospes_types_header_t *header = &request->headers.ptr[at];
    bool is_signature = hospes_equal(hospes_lower(header->name), "x-radwerk-signature");
    if (is_signature && !hospes_hex_decode(header->value, &tag)) tag.len = 0;
  }
  if (tag.len == 0) return hospes_fail(error, "denied", "X-Radwerk-Signature is missing or isn't hexadecimal.");
  if (!hospes_secrets_get(&name, &key, error)) return false;
  hospes_secrets_borrow_secret_t borrowed = hospes_secrets_borrow_secret(key);
  /* Of the body as it came: written anew it may be other bytes. */
  if (!hospes_secrets_method_secret_verify_hmac(borrowed, HOSPES_SECRETS_HASH_SHA256, &request->body, &tag, &is_right,
                                                error)) {
    return false;
  }
  return is_right || hospes_fail(error, "denied", "X-Radwerk-Signature isn't the body's.");
}

/* Keeps a text as a file. It has no record yet: it belongs to the message whose attachment refers to it. */
static bool keep(hospes_string_t checklist, hospes_types_media_t *media, hospes_types_error_t *error) {
  hospes_string_t kind = hospes_text("interaction"), none = hospes_text("");
  hospes_list_u8_t bytes = hospes_bytes(checklist);
  hospes_attachments_own_upload_t upload;
  *media = (hospes_types_media_t){.name = hospes_text("checklist.txt"),
                                  .media_type = hospes_text("text/plain"),
                                  .size = {.is_some = true, .val = checklist.len}};
  if (!hospes_attachments_create(&kind, &none, &media->name, &media->media_type, &upload, error)) return false;
  hospes_attachments_borrow_upload_t borrowed = hospes_attachments_borrow_upload(upload);
  if (!hospes_attachments_method_upload_append(borrowed, &bytes, error)) return false;
  return hospes_attachments_method_upload_finish(borrowed, &media->reference, error);
}

static bool take_message(const hospes_json_t *delivery, inbound_t *ret, hospes_types_error_t *error) {
  hospes_string_t checklist;
  HOSPES_LIST(ret->messages, 1);
  exports_hospes_channel_message_t *message = &ret->messages.ptr[0];
  if (!read_message(delivery, message, error)) return false;
  if (!hospes_json_text(delivery, "checklist", &checklist)) return true;
  return keep(checklist, &message->attachments.ptr[message->attachments.len++], error);
}

static bool take_receipt(const hospes_json_t *delivery, inbound_t *ret, hospes_types_error_t *error) {
  int64_t sent;
  HOSPES_LIST(ret->receipts, 1);
  exports_hospes_channel_receipt_t *receipt = &ret->receipts.ptr[0];
  receipt->status = EXPORTS_HOSPES_CHANNEL_RECEIPT_STATUS_READ;
  bool is_time = hospes_json_integer(hospes_json_field(delivery, "sent"), &sent);
  if (!is_time || __builtin_mul_overflow(sent, 1000, &receipt->at)) receipt->at = 0;
  return need_text(delivery, "id", &receipt->external_id, error);
}

/* What is answered 200 is never sent again: whatever becomes no message is kept for people to see. */
static void keep_unknown(const hospes_json_t *delivery, hospes_string_t type, inbound_t *ret) {
  HOSPES_LIST(ret->kept, 1);
  exports_hospes_channel_kept_t *kept = &ret->kept.ptr[0];
  if (!hospes_json_text(delivery, "id", &kept->external_id)) kept->external_id = hospes_text("");
  kept->reason = hospes_text("unknown-kind");
  kept->detail = hospes_format("The app delivered \"%.*s\", which this version doesn't know.", HOSPES_ARG(type));
}

bool exports_hospes_channel_receive(request_t *request, inbound_t *ret, hospes_types_error_t *error) {
  hospes_string_t problem, type;
  /* Fill all of *ret: what isn't named here is zero, and so empty. */
  *ret = (inbound_t){.answer = {.status = 200}};
  if (!hospes_equal(request->method, "POST")) {
    ret->answer.status = 405;
    HOSPES_LIST(ret->answer.headers, 1);
    ret->answer.headers.ptr[0] = (hospes_types_header_t){.name = hospes_text("allow"), .value = hospes_text("POST")};
    return true;
  }
  if (!check_signature(request, error)) return false;
  const hospes_json_t *delivery = hospes_json_read(hospes_of_bytes(request->body), &problem);
  if (!delivery) return hospes_fail(error, "invalid", "The body isn't JSON: %.*s.", HOSPES_ARG(problem));
  if (!hospes_json_text(delivery, "type", &type)) type = hospes_text("");
  if (hospes_equal(type, "message")) return take_message(delivery, ret, error);
  if (hospes_equal(type, "read")) return take_receipt(delivery, ret, error);
  keep_unknown(delivery, type, ret);
  return true;
}
