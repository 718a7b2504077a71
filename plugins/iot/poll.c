/* The host's timer: devices that have gone silent, and what is to be forgotten. Nothing is asked for over the network.
 */
#include "iot.h"

/* Devices that one call looks at; with more of them a round takes several. */
#define AT_ONCE 1000
#define DAY (1440 * MINUTE)

typedef exports_hospes_channel_poll_batch_t batch_t;

/* Devices that have just been found silent. */
typedef struct {
  device_t *devices[AT_ONCE];
  size_t count;
} silent_t;

static bool check(hospes_string_t key, int64_t now, silent_t *silent, hospes_types_error_t *error) {
  size_t before = sizeof DEVICE_KEYS - 1;
  device_t *device = hospes_zeroed(1, sizeof *device);
  if (!device_load((hospes_string_t){.ptr = key.ptr + before, .len = key.len - before}, device, error)) return false;
  int64_t silence = setting_integer("offline-minutes", 0), pause = now - device->seen;
  if (pause > setting_integer("forget-days", 90) * DAY) return device_forget(device, error);
  bool is_meant = fits(device->id, setting_text("offline-devices"));
  bool is_silent = silence > 0 && is_meant && device->silent == NO_TIME && pause >= silence * MINUTE;
  if (is_silent) silent->devices[silent->count++] = device;
  return true;
}

/* A message for each, or one for all: where many are silent at once, a ticket for each of them would bury what matters.
 */
static bool report(const silent_t *silent, int64_t now, batch_t *batch, hospes_types_error_t *error) {
  bool are_together = silent->count > (size_t)setting_integer("offline-together", 20);
  HOSPES_LIST(batch->messages, silent->count);
  batch->messages.len = are_together ? 1 : silent->count;
  if (are_together) batch->messages.ptr[0] = gateway_message(silent->devices, silent->count, now);
  for (size_t at = 0; at < silent->count; at++) {
    device_t *device = silent->devices[at];
    if (!are_together) batch->messages.ptr[at] = silence_message(device, now);
    device->silent = now;
    device->is_silent_with_others = are_together;
    if (!device_store(device, error)) return false;
  }
  return true;
}

bool exports_hospes_channel_poll_poll(hospes_string_t *cursor, batch_t *ret, hospes_types_error_t *error) {
  int64_t now = hospes_clock_now();
  *ret = (batch_t){0};
  /* The cursor is the key that the round has come to. */
  hospes_string_t prefix = hospes_text(DEVICE_KEYS), *after = cursor && cursor->len > 0 ? cursor : NULL;
  hospes_list_string_t keys;
  silent_t silent = {0};
  if (!forget_deliveries(now, error)) return false;
  if (!hospes_kv_list_keys(&prefix, after, AT_ONCE, &keys, error)) return false;
  for (size_t at = 0; at < keys.len; at++) {
    if (!check(keys.ptr[at], now, &silent, error)) return false;
  }
  if (keys.len == AT_ONCE) {
    ret->cursor.is_some = true;
    ret->cursor.val = keys.ptr[keys.len - 1];
    ret->more = true;
  }
  return report(&silent, now, ret, error);
}
