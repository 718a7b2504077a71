/* The host's timer: devices that have gone silent, and what is to be forgotten. Nothing is asked for over the network.
 */
#include "iot.h"

/* Devices that one call looks at; with more of them a round takes several. */
#define AT_ONCE 500
#define DAY (1440 * MINUTE)

typedef exports_hospes_channel_poll_batch_t batch_t;

static bool look_at(hospes_string_t key, int64_t now, batch_t *batch, hospes_types_error_t *error) {
  size_t before = sizeof DEVICE_KEYS - 1;
  device_t device;
  if (!device_load((hospes_string_t){.ptr = key.ptr + before, .len = key.len - before}, &device, error)) return false;
  int64_t silence = setting_integer("offline-minutes", 0), pause = now - device.seen;
  if (pause > setting_integer("forget-days", 90) * DAY) return device_forget(&device, error);
  bool is_meant = fits(device.id, setting_text("offline-devices"));
  if (silence == 0 || !is_meant || device.silent != NO_TIME || pause < silence * MINUTE) return true;
  device.silent = now;
  batch->messages.ptr[batch->messages.len++] = silence_message(&device, pause / MINUTE, now);
  return device_store(&device, error);
}

bool exports_hospes_channel_poll_poll(hospes_string_t *cursor, batch_t *ret, hospes_types_error_t *error) {
  int64_t now = hospes_clock_now();
  *ret = (batch_t){0};
  /* The cursor is the key that the round has come to. */
  hospes_string_t prefix = hospes_text(DEVICE_KEYS), *after = cursor && cursor->len > 0 ? cursor : NULL;
  hospes_list_string_t keys;
  if (!forget_deliveries(now, error)) return false;
  if (!hospes_kv_list_keys(&prefix, after, AT_ONCE, &keys, error)) return false;
  HOSPES_LIST(ret->messages, keys.len);
  ret->messages.len = 0;
  for (size_t at = 0; at < keys.len; at++) {
    if (!look_at(keys.ptr[at], now, ret, error)) return false;
  }
  if (keys.len == AT_ONCE) {
    ret->cursor.is_some = true;
    ret->cursor.val = keys.ptr[keys.len - 1];
    ret->more = true;
  }
  return true;
}
