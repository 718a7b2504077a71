/* Telemetry of devices as a channel. What a device measures is held against the rules of the settings; where it needs
 * somebody, a message of the device's arises, and a ticket from it, for the customer who has the device. */
#include <string.h>

#include "iot.h"

typedef exports_hospes_channel_http_request_t request_t;
typedef exports_hospes_channel_inbound_t inbound_t;

static const hospes_json_t *read_body(const request_t *request, hospes_types_error_t *error) {
  hospes_string_t type = hospes_lower(request_header(request, "content-type")), problem;
  hospes_string_t body = hospes_trim(hospes_of_bytes(request->body));
  if (body.len == 0) return hospes_fail(error, "invalid", "The body is empty: send readings as JSON or CBOR."), NULL;
  bool is_cbor = hospes_contains(type, "cbor");
  /* Without a type the first byte decides: as CBOR, { and [ would begin a string of more than four gigabytes. */
  bool looks_like_json = strchr("{[\xef", body.ptr[0]) != NULL;
  if (!is_cbor && !hospes_contains(type, "json")) is_cbor = !looks_like_json;
  const hospes_json_t *tree = is_cbor ? cbor_read(request->body, &problem) : json_read(body, &problem);
  if (tree == NULL) {
    return hospes_fail(error, "invalid", "The body isn't %s: %.*s.", is_cbor ? "CBOR" : "JSON", HOSPES_ARG(problem)),
           NULL;
  }
  const hospes_string_t *twice = name_twice(tree);
  if (twice) {
    return hospes_fail(error, "invalid",
                       "The name \"%.*s\" stands twice in one object: which of its values counts is unknown.",
                       HOSPES_ARG(clipped(*twice, 100))),
           NULL;
  }
  return tree;
}

/* Whether a repeat of the request couldn't be recognised by its readings: one has neither the device's time nor an id.
 */
static bool needs_mark(const readings_t *readings) {
  for (size_t at = 0; at < readings->count; at++) {
    if (!readings->items[at].device_time && readings->items[at].id.len == 0) return true;
  }
  return false;
}

static hospes_string_t summary(const readings_t *readings, const outcome_t *outcome) {
  builder_t made = {0};
  append_format(&made, "{\"taken\":%zu,\"repeated\":%zu,\"alarms\":%zu,\"cleared\":%zu", outcome->taken,
                outcome->repeated, outcome->alarms, outcome->cleared);
  for (size_t at = 0; at < readings->problem_count; at++) {
    const problem_t *problem = &readings->problems[at];
    append_format(&made, at ? ",{\"device\":" : ",\"problems\":[{\"device\":");
    append(&made, hospes_json_quoted(problem->device));
    append_format(&made, ",\"metric\":");
    append(&made, hospes_json_quoted(problem->metric));
    append_format(&made, ",\"reason\":\"%s\"}", problem->reason);
  }
  append_format(&made, readings->problem_count > 0 ? "]}" : "}");
  return made.text;
}

static void answer(inbound_t *ret, uint16_t status, const char *header, const char *value, hospes_string_t body) {
  ret->answer.status = status;
  HOSPES_LIST(ret->answer.headers, 1);
  ret->answer.headers.ptr[0] = (hospes_types_header_t){.name = hospes_text(header), .value = hospes_text(value)};
  ret->answer.body = hospes_bytes(body);
}

/* What leaves no trace otherwise is kept with the request. Of readings that change nothing but their device's state the
 * host need keep nothing. */
static void keep_lost(inbound_t *ret, const readings_t *readings, const outcome_t *outcome) {
  const problem_t *lost = &readings->lost;
  bool is_quiet = ret->messages.len == 0 && readings->acknowledgement_count == 0;
  if (lost->reason == NULL && !is_quiet) return;
  HOSPES_LIST(ret->kept, 1);
  if (lost->reason == NULL) {
    ret->kept.ptr[0].reason = hospes_text("stored");
    ret->kept.ptr[0].detail = hospes_format("readings taken: %zu, known before: %zu", outcome->taken,
                                            outcome->repeated);
    return;
  }
  ret->kept.ptr[0].reason = hospes_text(lost->reason);
  ret->kept.ptr[0].detail = hospes_format(
      "%zu readings were taken, and %zu parts of the request have a problem; the first that is lost: %s, "
      "device \"%.*s\", metric \"%.*s\"",
      outcome->taken, readings->all_problems, lost->reason, HOSPES_ARG(lost->device), HOSPES_ARG(lost->metric));
}

static void add_receipts(inbound_t *ret, const readings_t *readings) {
  HOSPES_LIST(ret->receipts, readings->acknowledgement_count);
  for (size_t at = 0; at < readings->acknowledgement_count; at++) {
    const acknowledgement_t *from = &readings->acknowledgements[at];
    exports_hospes_channel_receipt_t *to = &ret->receipts.ptr[at];
    to->external_id = from->id;
    to->status =
        from->failed ? EXPORTS_HOSPES_CHANNEL_RECEIPT_STATUS_FAILED : EXPORTS_HOSPES_CHANNEL_RECEIPT_STATUS_DELIVERED;
    to->at = from->at;
    to->error.is_some = from->failed;
    to->error.val = (hospes_types_error_t){.code = hospes_text("device"), .message = from->detail};
  }
}

bool exports_hospes_channel_receive(request_t *request, inbound_t *ret, hospes_types_error_t *error) {
  *ret = (inbound_t){0};
  bool is_here =
      request->path.len == 0 || hospes_equal(request->path, "readings") || hospes_equal(request->path, "readings/");
  if (!is_here) return hospes_fail(error, "not-found", "Readings are taken at /in/INSTALLATION/readings.");
  int64_t now = hospes_clock_now();
  if (!hospes_equal(request->method, "POST") && !hospes_equal(request->method, "PUT")) {
    answer(ret, 405, "allow", "POST, PUT", hospes_text(""));
    return true;
  }
  if (!authenticate(request, now, error)) return false;
  const hospes_json_t *tree = read_body(request, error);
  if (tree == NULL) return false;
  rules_t rules;
  if (!read_rules(&rules, error)) return false;
  reading_settings_t how = reading_settings(now);
  how.delivery_id = delivery_id(request);
  readings_t readings = {0};
  if (!read_readings(&readings, &how, tree)) {
    return hospes_fail(error, "invalid", "The request holds more than %d readings: send fewer at once.", MOST_READINGS);
  }
  if (readings.count == 0 && readings.problem_count == 0 && readings.acknowledgement_count == 0) {
    return hospes_fail(error, "invalid",
                       "The body holds no reading: see the plugin's README for what is read, or set "
                       "values-path.");
  }
  outcome_t outcome = {0};
  hospes_string_t mark = needs_mark(&readings) ? delivery_mark(request) : hospes_text("");
  bool is_new = true;
  if (mark.len > 0 && !delivery_is_new(mark, &is_new, error)) return false;
  if (is_new && !monitor(&readings, &rules, now, &outcome, error)) return false;
  if (!is_new) outcome.repeated = readings.count;
  ret->messages.ptr = outcome.messages;
  ret->messages.len = outcome.message_count;
  keep_lost(ret, &readings, &outcome);
  add_receipts(ret, &readings);
  answer(ret, 200, "content-type", "application/json", summary(&readings, &outcome));
  if (readings.problem_count > 0) {
    hospes_log(HOSPES_LOG_LEVEL_WARN, "%zu parts of a request have a problem; the first: %s, device %.*s, metric %.*s",
               readings.all_problems, readings.problems[0].reason, HOSPES_ARG(readings.problems[0].device),
               HOSPES_ARG(readings.problems[0].metric));
  }
  return true;
}
