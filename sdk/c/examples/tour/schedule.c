/* `schedule`: every morning the staff gets a mail, and vouchers that have expired go. */
#include "shop.h"

/* When a voucher expires; 0 where it can't be read. */
static bool expiry(hospes_string_t *key, int64_t *until, hospes_types_error_t *error) {
  hospes_option_list_u8_t kept;
  hospes_string_t problem;
  if (!hospes_kv_get(key, &kept, error)) return false;
  const hospes_json_t *voucher = kept.is_some ? hospes_json_read(hospes_of_bytes(kept.val), &problem) : NULL;
  if (!hospes_json_integer(hospes_json_field(voucher, "until"), until)) *until = 0;
  return true;
}

/* Deletes what no longer counts or can't be read, and counts what is left. */
static bool drop_expired(int64_t now, unsigned *left, hospes_types_error_t *error) {
  hospes_string_t prefix = hospes_text(VOUCHERS), last;
  hospes_list_string_t keys;
  *left = 0;
  if (!hospes_kv_list_keys(&prefix, NULL, 100, &keys, error)) return false;
  while (keys.len > 0) {
    for (size_t at = 0; at < keys.len; at++) {
      int64_t until;
      if (!expiry(&keys.ptr[at], &until, error)) return false;
      if (until > now) ++*left;
      else if (!hospes_kv_delete(&keys.ptr[at], error)) return false;
    }
    last = keys.ptr[keys.len - 1];
    if (!hospes_kv_list_keys(&prefix, &last, 100, &keys, error)) return false;
  }
  return true;
}

/* How many tickets wait, page by page. */
static bool open_tickets(unsigned *count, hospes_types_error_t *error) {
  hospes_records_query_t query = {.kind = hospes_text("ticket"), .limit = 200};
  HOSPES_LIST(query.conditions, 1);
  query.conditions.ptr[0] = (hospes_records_condition_t){.field = hospes_text("status"),
                                                        .comparison = HOSPES_RECORDS_COMPARISON_NOT_EQUAL,
                                                        .value = hospes_text_value(hospes_text("resolved"))};
  *count = 0;
  do {
    hospes_records_page_t page;
    if (!hospes_records_find(&query, &page, error)) return false;
    *count += page.items.len;
    query.cursor.is_some = page.next.is_some;
    query.cursor.val = page.next.val;
  } while (query.cursor.is_some);
  return true;
}

/* `due` may lie a little back, where no host ran: what is counted from a time is counted from it, not from now. */
bool exports_hospes_schedule_run(hospes_string_t *name, hospes_types_timestamp_t due, hospes_types_error_t *error) {
  if (!hospes_equal(*name, "morning")) {
    return hospes_fail(error, "not-found", "There is no \"%.*s\" in the manifest.", HOSPES_ARG(*name));
  }
  unsigned vouchers, waiting;
  if (!drop_expired(due, &vouchers, error) || !open_tickets(&waiting, error)) return false;
  hospes_string_t to, from, id;
  if (!hospes_setting("mail-to", &to) || to.len == 0) {
    hospes_log(HOSPES_LOG_LEVEL_INFO, "no mail is sent: the setting mail-to is empty");
    return true;
  }
  if (!hospes_setting("mail-from", &from)) return hospes_fail(error, "invalid", "The setting mail-from is missing.");
  bool chinese = staff_is_chinese();
  hospes_mail_message_t message = {
      .sender = from,
      .subject = pick(chinese, "轮行：早上好", "Radwerk: good morning"),
      .text = hospes_format(chinese ? "待办工单：%u 张\n有效代金券：%u 张\n" : "Open tickets: %u\nVouchers in use: %u\n",
                            waiting, vouchers),
  };
  HOSPES_LIST(message.recipients, 1);
  message.recipients.ptr[0] = to;
  return hospes_mail_send(&message, &id, error);
}
