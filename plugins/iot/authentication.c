/* Who may hand in readings: the gateway that signs them, or one that knows a token. The host compares; neither the key
 * nor the token comes here. */
#include <string.h>

#include "iot.h"

#define DELIVERY_KEYS "once:"
/* Signatures of one request that are tried; there are several while a key is changed. */
#define MOST_SIGNATURES 5

typedef const exports_hospes_channel_http_request_t request_t;

hospes_string_t request_header(request_t *request, const char *name) {
  for (size_t at = 0; at < request->headers.len; at++) {
    if (hospes_equal(hospes_lower(request->headers.ptr[at].name), name))
      return hospes_trim(request->headers.ptr[at].value);
  }
  return hospes_text("");
}

static bool is_by_token(void) { return hospes_equal(setting_text("authentication"), "token"); }

static bool secret(const char *name, hospes_secrets_own_secret_t *found, hospes_types_error_t *error) {
  hospes_string_t of = hospes_text(name);
  hospes_types_error_t problem;
  if (hospes_secrets_get(&of, found, &problem)) return true;
  return hospes_fail(error, "misconfigured",
                     "Nobody can be let in: %.*s. Set the secret `%s`, and give the same to the gateway.",
                     HOSPES_ARG(problem.message), name);
}

static bool check_token(request_t *request, hospes_types_error_t *error) {
  hospes_string_t name = hospes_lower(setting_text("token-header")), candidate = hospes_text("");
  for (size_t at = 0; at < request->headers.len && candidate.len == 0; at++) {
    const hospes_types_header_t *header = &request->headers.ptr[at];
    if (hospes_same(hospes_lower(header->name), name)) candidate = hospes_trim(header->value);
  }
  if (hospes_starts_with(candidate, "Bearer ")) candidate.ptr += 7, candidate.len -= 7;
  hospes_secrets_own_secret_t token;
  if (!secret("gateway-token", &token, error)) return false;
  hospes_list_u8_t bytes = hospes_bytes(candidate);
  bool is_same = false;
  if (candidate.len > 0
      && !hospes_secrets_method_secret_equals(hospes_secrets_borrow_secret(token), &bytes, &is_same, error)) {
    return false;
  }
  return is_same || hospes_fail(error, "denied", "The header %.*s isn't the secret `gateway-token`.", HOSPES_ARG(name));
}

/* A signature of one of the two forms that are read, with what it signs. */
typedef struct {
  hospes_string_t timestamp, signatures, signed_text;
  bool is_standard;
} signature_t;

/* Standard Webhooks signs id, time and body; without its headers X-Timestamp and X-Signature count, of time and body.
 */
static signature_t signature_of(request_t *request) {
  signature_t made = {.timestamp = request_header(request, "webhook-timestamp"),
                      .signatures = request_header(request, "webhook-signature")};
  made.is_standard = made.signatures.len > 0;
  builder_t text = {0};
  if (made.is_standard) {
    append(&text, request_header(request, "webhook-id"));
    append_format(&text, ".");
  } else {
    made.timestamp = request_header(request, "x-timestamp");
    made.signatures = request_header(request, "x-signature");
  }
  append(&text, made.timestamp);
  append_format(&text, ".");
  append(&text, hospes_of_bytes(request->body));
  made.signed_text = text.text;
  return made;
}

/* Takes the next signature of a list and its bytes; false where it is none. */
static bool next_tag(hospes_string_t *left, bool is_standard, hospes_list_u8_t *tag) {
  hospes_string_t one = {.ptr = left->ptr};
  while (one.len < left->len && left->ptr[one.len] != ' ') one.len++;
  size_t taken = one.len < left->len ? one.len + 1 : one.len;
  left->ptr += taken, left->len -= taken;
  const char *before = is_standard ? "v1," : "sha256=";
  bool has_prefix = hospes_starts_with(one, before);
  if (has_prefix) one.ptr += strlen(before), one.len -= strlen(before);
  bool is_read = is_standard ? has_prefix && hospes_base64_decode(one, tag) : hospes_hex_decode(one, tag);
  return is_read && tag->len == 32;
}

/* Microseconds of a time of signing, in seconds or milliseconds; false where it is none. */
static bool signing_time(hospes_string_t text, int64_t *time) {
  hospes_json_t number = {.kind = HOSPES_JSON_NUMBER, .text = text};
  decimal_t decimal;
  return decimal_read(text, &decimal) && time_read(&number, (clock_settings_t){.unit = UNIT_BY_SIZE}, time);
}

static bool check_signature(request_t *request, int64_t now, hospes_types_error_t *error) {
  signature_t found = signature_of(request);
  if (found.signatures.len == 0 || found.timestamp.len == 0) {
    return hospes_fail(error, "denied",
                       "The request isn't signed: X-Timestamp and X-Signature, or the headers of Standard "
                       "Webhooks, are missing.");
  }
  int64_t time, window = setting_integer("replay-seconds", 300) * 1000000;
  if (!signing_time(found.timestamp, &time) || time < now - window || time > now + window) {
    return hospes_fail(error, "denied",
                       "The request was signed at %.*s, more than %lld seconds from now: set the gateway's "
                       "clock, or send anew.",
                       HOSPES_ARG(clipped(found.timestamp, 40)), (long long)(window / 1000000));
  }
  hospes_secrets_own_secret_t key;
  if (!secret("signing-key", &key, error)) return false;
  hospes_list_u8_t data = hospes_bytes(found.signed_text), tag;
  for (int tries = 0; tries < MOST_SIGNATURES && found.signatures.len > 0; tries++) {
    bool is_right = false;
    if (!next_tag(&found.signatures, found.is_standard, &tag)) continue;
    if (!hospes_secrets_method_secret_verify_hmac(hospes_secrets_borrow_secret(key), HOSPES_SECRETS_HASH_SHA256, &data,
                                                  &tag, &is_right, error)) {
      return false;
    }
    if (is_right) return true;
  }
  return hospes_fail(error, "denied",
                     "The signature isn't the HMAC-SHA256 of the time, a dot and the body with the secret "
                     "`signing-key`.");
}

/* AWS IoT asks, unsigned, whether the address is its customer's, who answers with the token in the request. It
 * is shown in the log, which the operator alone reads. */
static bool refuse_confirmation(request_t *request, hospes_types_error_t *error) {
  hospes_string_t problem, token;
  const hospes_json_t *body =
      request->body.len <= 8192 ? hospes_json_read(hospes_of_bytes(request->body), &problem) : NULL;
  if (!hospes_json_text(body, "confirmationToken", &token)) return false;
  for (size_t at = 0; at < token.len; at++) {
    uint8_t sign = token.ptr[at];
    bool is_plain =
        (sign >= '0' && sign <= '9') || ((sign | 32) >= 'a' && (sign | 32) <= 'z') || strchr("-_=+/.", sign);
    if (!is_plain || sign == 0) return false;
  }
  return hospes_fail(error, "denied",
                     "AWS IoT asks whether this address is yours. If you have just made this destination: "
                     "aws iot confirm-topic-rule-destination --confirmation-token %.*s",
                     HOSPES_ARG(clipped(token, 700)));
}

bool authenticate(request_t *request, int64_t now, hospes_types_error_t *error) {
  if (hospes_equal(request_header(request, "x-amz-rules-engine-message-type"), "DestinationConfirmation")) {
    error->code = hospes_text("");
    refuse_confirmation(request, error);
    if (error->code.len > 0) return false;
  }
  return is_by_token() ? check_token(request, error) : check_signature(request, now, error);
}

hospes_string_t delivery_id(request_t *request) {
  bool is_standard = !is_by_token() && request_header(request, "webhook-signature").len > 0;
  return is_standard ? clipped(request_header(request, "webhook-id"), 200) : hospes_text("");
}

hospes_string_t delivery_mark(request_t *request) {
  if (is_by_token()) return hospes_text("");
  signature_t found = signature_of(request);
  int64_t time;
  if (!signing_time(found.timestamp, &time)) return hospes_text("");
  /* In order of time, so that the old ones are found without being read. */
  return hospes_format(DELIVERY_KEYS "%016lld:%.*s", (long long)time, HOSPES_ARG(mark_of(found.signatures)));
}

bool delivery_is_new(hospes_string_t mark, bool *is_new, hospes_types_error_t *error) {
  hospes_list_u8_t value = hospes_bytes(hospes_text("1"));
  return hospes_kv_swap(&mark, NULL, &value, is_new, error);
}

bool forget_deliveries(int64_t now, hospes_types_error_t *error) {
  hospes_string_t prefix = hospes_text(DELIVERY_KEYS);
  hospes_list_string_t keys;
  if (!hospes_kv_list_keys(&prefix, NULL, 200, &keys, error)) return false;
  int64_t window = setting_integer("replay-seconds", 300) * 1000000;
  hospes_string_t last = hospes_format(DELIVERY_KEYS "%016lld", (long long)(now - window - MINUTE));
  for (size_t at = 0; at < keys.len; at++) {
    if (keys.ptr[at].len < last.len || memcmp(keys.ptr[at].ptr, last.ptr, last.len) >= 0) break;
    if (!hospes_kv_delete(&keys.ptr[at], error)) return false;
  }
  return true;
}
