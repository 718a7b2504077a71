/* `hooks`: who has had a bicycle repaired gets a voucher for the next time. */
#include "shop.h"

#define NINETY_DAYS (90LL * 86400 * 1000000)

bool exports_hospes_hooks_on_event(exports_hospes_hooks_event_t *event, hospes_types_error_t *error) {
  /* The manifest's events come to all abilities that take events; the others are for `scoring`. */
  if (!hospes_equal(event->kind, "ticket.resolved")) return true;
  hospes_list_u8_t random;
  hospes_random_bytes(4, &random);
  hospes_string_t code = hospes_format("RW-%02X%02X%02X%02X", random.ptr[0], random.ptr[1], random.ptr[2], random.ptr[3]);
  hospes_string_t voucher = hospes_format("{\"code\": \"%.*s\", \"until\": %lld}", HOSPES_ARG(code),
                                          (long long)(hospes_clock_now() + NINETY_DAYS));
  /* A ticket can be resolved twice, and two hosts can be at it at once: `swap` writes only where nothing is, and a call that
   * loses the race runs again. */
  hospes_string_t key = hospes_format(VOUCHERS "%.*s", HOSPES_ARG(event->subject_id));
  hospes_list_u8_t bytes = hospes_bytes(voucher);
  bool is_first;
  if (!hospes_kv_swap(&key, NULL, &bytes, &is_first, error)) return false;
  if (!is_first) return true;
  hospes_string_t comment = hospes_format(staff_is_chinese() ? "代金券 %.*s，90 天内有效" : "Voucher %.*s, good for 90 days",
                                          HOSPES_ARG(code)),
                  id;
  /* If this fails nothing is kept of the voucher either: a call is a transaction. */
  if (!hospes_records_comment(&event->subject_kind, &event->subject_id, &comment, &id, error)) return false;
  hospes_string_t line = hospes_text("a voucher was given");
  hospes_log_list_attribute_t attributes;
  HOSPES_LIST(attributes, 1);
  attributes.ptr[0] = hospes_attribute("ticket", hospes_text_value(event->subject_id));
  hospes_log_write(HOSPES_LOG_LEVEL_INFO, &line, &attributes);
  return true;
}
