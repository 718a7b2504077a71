/* Answers as commands: one request to the gateway's address, which hands them to the device. */
#include <stdlib.h>

#include "iot.h"

typedef exports_hospes_channel_send_outbound_message_t outbound_t;

/* The topic of a broker's device. What would reach others is refused, as no device's own id has it. */
static bool topic_of(hospes_string_t device, hospes_string_t *topic, hospes_types_error_t *error) {
  for (size_t at = 0; at < device.len; at++) {
    if (device.ptr[at] == '+' || device.ptr[at] == '#') {
      return hospes_fail(error, "invalid", "The id of device %.*s has a + or # in it, which a topic can't have.",
                         HOSPES_ARG(device));
    }
  }
  hospes_string_t pattern = setting_text("command-topic");
  builder_t made = {0};
  for (size_t at = 0; at < pattern.len; at++) {
    hospes_string_t rest = {.ptr = pattern.ptr + at, .len = pattern.len - at};
    if (hospes_starts_with(rest, "{device}")) {
      append(&made, device);
      at += 7;
    } else {
      append(&made, (hospes_string_t){.ptr = rest.ptr, .len = 1});
    }
  }
  *topic = made.text;
  return true;
}

static bool body_of(const outbound_t *message, hospes_string_t device, hospes_string_t *body,
                    hospes_types_error_t *error) {
  builder_t command = {0};
  append_format(&command, "{\"device\":");
  append(&command, hospes_json_quoted(device));
  append_format(&command, ",\"text\":");
  append(&command, hospes_json_quoted(message->text));
  append_format(&command, ",\"id\":");
  append(&command, hospes_json_quoted(message->id));
  append_format(&command, "}");
  *body = command.text;
  if (!hospes_equal(setting_text("command-format"), "emqx")) return true;
  hospes_string_t topic;
  if (!topic_of(device, &topic, error)) return false;
  builder_t made = {0};
  append_format(&made, "{\"topic\":");
  append(&made, hospes_json_quoted(topic));
  append_format(&made, ",\"qos\":1,\"payload\":");
  append(&made, hospes_json_quoted(command.text));
  append_format(&made, "}");
  *body = made.text;
  return true;
}

/* Seconds of Retry-After in milliseconds; ten seconds where it holds no usable number. */
static uint32_t wait_of(const hospes_http_response_t *response) {
  for (size_t at = 0; at < response->headers.len; at++) {
    decimal_t decimal;
    int64_t seconds;
    if (hospes_equal(hospes_lower(response->headers.ptr[at].name), "retry-after")
        && decimal_read(hospes_trim(response->headers.ptr[at].value), &decimal) && decimal_scaled(&decimal, 0, &seconds)
        && seconds > 0 && seconds <= 3600) {
      return (uint32_t)seconds * 1000;
    }
  }
  return 10000;
}

static bool refused(const hospes_http_response_t *response, hospes_string_t device, hospes_types_error_t *error) {
  unsigned status = response->status;
  hospes_string_t detail = clipped(hospes_of_bytes(response->body), 200);
  switch (status) {
    case 401:
    case 403:
      return hospes_fail(error, "denied", "The gateway doesn't accept the secret `command-token` (%u): %.*s", status,
                         HOSPES_ARG(detail));
    case 404:
    case 410:
      return hospes_fail(error, "not-found",
                         "The gateway has no device %.*s, or the setting command-url has no such path (%u): "
                         "%.*s",
                         HOSPES_ARG(device), status, HOSPES_ARG(detail));
    case 409:
    case 423:
      return hospes_fail(error, "device-offline", "The gateway can't reach device %.*s now (%u): %.*s",
                         HOSPES_ARG(device), status, HOSPES_ARG(detail));
  }
  if (status >= 500 || status == 408 || status == 425 || status == 429) {
    return hospes_fail_for(error, "unavailable", wait_of(response), "The gateway answered %u: %.*s", status,
                           HOSPES_ARG(detail));
  }
  return hospes_fail(error, "invalid", "The gateway refused the command for device %.*s (%u): %.*s", HOSPES_ARG(device),
                     status, HOSPES_ARG(detail));
}

bool exports_hospes_channel_send_send(outbound_t *message, exports_hospes_channel_send_sent_t *ret,
                                      hospes_types_error_t *error) {
  hospes_string_t url = setting_text("command-url"), device, rule, body, problem;
  rules_t rules;
  if (!read_rules(&rules, error)) return false;
  split_thread(message->conversation, &rules, &device, &rule);
  if (url.len == 0) {
    return hospes_fail(error, "unsupported",
                       "Devices take no commands here: set command-url to the gateway's address.");
  }
  if (message->attachments.len > 0) return hospes_fail(error, "unsupported", "A device takes text, no files.");
  if (hospes_trim(message->text).len == 0) return hospes_fail(error, "invalid", "The command has no text.");
  if (!body_of(message, device, &body, error)) return false;
  hospes_string_t scheme = setting_text("command-scheme");
  hospes_http_request_t request = hospes_request("POST", url);
  HOSPES_LIST(request.headers, 3);
  const char *header = (const char *)hospes_format("%.*s%c", HOSPES_ARG(setting_text("command-header")), 0).ptr;
  const char *before = hospes_equal(scheme, "none") ? "" : hospes_equal(scheme, "Basic") ? "Basic " : "Bearer ";
  request.headers.ptr[0] = hospes_secret_header(header, before, "command-token");
  request.headers.ptr[1] = hospes_header("content-type", hospes_text("application/json"));
  request.headers.ptr[2] = hospes_header("idempotency-key", message->id);
  request.body.val.bytes = hospes_bytes(body);
  hospes_http_response_t response;
  if (!hospes_http_send(&request, &response, error)) return false;
  if (response.status < 200 || response.status > 299) return refused(&response, device, error);
  const hospes_json_t *answer = hospes_json_read(hospes_of_bytes(response.body), &problem);
  /* EMQX takes a message that nobody receives, and answers with the reason 16, no matching subscribers. */
  int64_t code;
  if (hospes_json_integer(hospes_json_field(answer, "reason_code"), &code) && code != 0) {
    return hospes_fail(error, "device-offline", "The broker took the command, but device %.*s doesn't listen: %.*s",
                       HOSPES_ARG(device), HOSPES_ARG(clipped(hospes_of_bytes(response.body), 200)));
  }
  /* The gateway's own id where it has one, by which it acknowledges; else ours, which went along. */
  const hospes_json_t *id = hospes_json_field(answer, "id");
  bool has_id = id && (id->kind == HOSPES_JSON_TEXT || id->kind == HOSPES_JSON_NUMBER) && id->text.len > 0;
  *ret = (exports_hospes_channel_send_sent_t){.external_id = has_id ? clipped(id->text, 200) : message->id};
  return true;
}

bool exports_hospes_channel_send_start(exports_hospes_channel_send_conversation_request_t *request,
                                       exports_hospes_channel_send_started_t *ret, hospes_types_error_t *error) {
  hospes_string_t issuer = setting_text("issuer");
  for (size_t at = 0; at < request->recipient.len; at++) {
    const hospes_types_identity_t *identity = &request->recipient.ptr[at];
    if (hospes_equal(identity->scheme, "device") && hospes_same(identity->issuer, issuer) && identity->value.len > 0) {
      ret->conversation = identity->value;
      return true;
    }
  }
  return hospes_fail(error, "unsupported",
                     "The customer has no device that is known here: add the identity `device` to the "
                     "customer's record.");
}
