/* Radwerk: a bicycle workshop that shows every interface of the contract, one file each; all C files beside this one are
 * compiled with it. Here stands what several of them need.
 *
 * plugin.toml and the cases are shared with the same plugin in other languages; they stand in sdk/examples/tour. */
#include "shop.h"

hospes_http_request_t request_with(const char *secret, const char *method, hospes_string_t url) {
  hospes_http_request_t made = hospes_request(method, url);
  HOSPES_LIST(made.headers, 1);
  made.headers.ptr[0] = hospes_secret_header("authorization", "Bearer ", secret);
  return made;
}

hospes_http_request_t post_with(const char *secret, const char *url, hospes_string_t key, hospes_string_t json) {
  hospes_http_request_t made = hospes_request("POST", hospes_text(url));
  HOSPES_LIST(made.headers, 3);
  made.headers.ptr[0] = hospes_secret_header("authorization", "Bearer ", secret);
  made.headers.ptr[1] = hospes_header("content-type", hospes_text("application/json"));
  made.headers.ptr[2] = hospes_header("idempotency-key", key);
  made.body.val.bytes = hospes_bytes(json);
  return made;
}

bool is_taken(unsigned status, hospes_types_error_t *error) {
  if (status == 429 || status >= 500) {
    return hospes_fail_for(error, "unavailable", 10000, "The app answered %u.", status);
  }
  return is_good(status) || hospes_fail(error, "invalid", "The app answered %u.", status);
}

bool ask_app(hospes_http_request_t *request, const hospes_json_t **answer, hospes_types_error_t *error) {
  hospes_http_response_t response;
  hospes_string_t problem;
  if (!hospes_http_send(request, &response, error)) return false;
  if (!is_taken(response.status, error)) return false;
  *answer = hospes_json_read(hospes_of_bytes(response.body), &problem);
  return *answer || hospes_fail(error, "invalid", "The app's answer isn't JSON: %.*s.", HOSPES_ARG(problem));
}

bool is_good(unsigned status) { return status >= 200 && status < 300; }

bool is_chinese(hospes_string_t language) { return hospes_starts_with(language, "zh"); }

bool staff_is_chinese(void) {
  hospes_string_t language;
  return hospes_setting("language", &language) && is_chinese(language);
}

hospes_string_t pick(bool chinese, const char *in_chinese, const char *in_english) {
  return hospes_text(chinese ? in_chinese : in_english);
}

const hospes_types_value_t *find_value(const hospes_types_attribute_t *attributes, size_t count, const char *name) {
  for (size_t at = 0; at < count; at++) {
    if (hospes_equal(attributes[at].name, name)) return &attributes[at].value;
  }
  return NULL;
}
