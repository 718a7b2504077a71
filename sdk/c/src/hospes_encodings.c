#include <string.h>

#include "hospes_pieces.h"

hospes_string_t hospes_hex(hospes_list_u8_t bytes) {
  static const char digits[] = "0123456789abcdef";
  hospes_string_t made = room(bytes.len * 2);
  for (size_t at = 0; at < bytes.len; at++) {
    made.ptr[2 * at] = (uint8_t)digits[bytes.ptr[at] >> 4];
    made.ptr[2 * at + 1] = (uint8_t)digits[bytes.ptr[at] & 15];
  }
  return made;
}

bool hospes_hex_decode(hospes_string_t text, hospes_list_u8_t *bytes) {
  if (text.len % 2 != 0) return false;
  *bytes = hospes_bytes(room(text.len / 2));
  for (size_t at = 0; at < bytes->len; at++) {
    int high = digit(text.ptr[2 * at]), low = digit(text.ptr[2 * at + 1]);
    if (high < 0 || low < 0) return false;
    bytes->ptr[at] = (uint8_t)(high << 4 | low);
  }
  return true;
}

static const char sextets[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

hospes_string_t hospes_base64(hospes_list_u8_t bytes) {
  hospes_string_t made = room((bytes.len + 2) / 3 * 4);
  uint8_t *out = made.ptr;
  for (size_t at = 0; at < bytes.len; at += 3) {
    size_t left = bytes.len - at;
    uint32_t three = (uint32_t)bytes.ptr[at] << 16 | (left > 1 ? (uint32_t)bytes.ptr[at + 1] << 8 : 0)
                     | (left > 2 ? bytes.ptr[at + 2] : 0);
    *out++ = (uint8_t)sextets[three >> 18];
    *out++ = (uint8_t)sextets[three >> 12 & 63];
    *out++ = left > 1 ? (uint8_t)sextets[three >> 6 & 63] : '=';
    *out++ = left > 2 ? (uint8_t)sextets[three & 63] : '=';
  }
  return made;
}

bool hospes_base64_decode(hospes_string_t text, hospes_list_u8_t *bytes) {
  while (text.len > 0 && text.ptr[text.len - 1] == '=') text.len--;
  if (text.len % 4 == 1) return false;
  *bytes = hospes_bytes(room(text.len * 3 / 4));
  uint32_t held = 0;
  int bits = 0;
  size_t made = 0;
  for (size_t at = 0; at < text.len; at++) {
    uint8_t sign = text.ptr[at];
    /* The form for addresses is read as well. */
    if (sign == '-') sign = '+';
    if (sign == '_') sign = '/';
    const char *found = sign ? strchr(sextets, sign) : NULL;
    if (found == NULL) return false;
    held = held << 6 | (uint32_t)(found - sextets);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes->ptr[made++] = (uint8_t)(held >> bits);
    }
  }
  return true;
}

hospes_string_t hospes_url_encoded(hospes_string_t text) {
  static const char digits[] = "0123456789ABCDEF";
  hospes_string_t made = room(text.len * 3);
  uint8_t *out = made.ptr;
  for (size_t at = 0; at < text.len; at++) {
    uint8_t byte = text.ptr[at];
    bool plain = (byte >= '0' && byte <= '9') || (small(byte) >= 'a' && small(byte) <= 'z')
                 || (byte && strchr("-._~", byte) != NULL);
    if (plain) {
      *out++ = byte;
      continue;
    }
    *out++ = '%';
    *out++ = (uint8_t)digits[byte >> 4];
    *out++ = (uint8_t)digits[byte & 15];
  }
  made.len = (size_t)(out - made.ptr);
  return made;
}

static hospes_string_t form_decoded(const uint8_t *from, size_t length) {
  hospes_string_t made = room(length);
  uint8_t *out = made.ptr;
  for (size_t at = 0; at < length; at++) {
    int high = at + 2 < length ? digit(from[at + 1]) : -1;
    int low = at + 2 < length ? digit(from[at + 2]) : -1;
    if (from[at] == '%' && high >= 0 && low >= 0) {
      *out++ = (uint8_t)(high << 4 | low);
      at += 2;
    } else {
      *out++ = from[at] == '+' ? ' ' : from[at];
    }
  }
  made.len = (size_t)(out - made.ptr);
  return made;
}

bool hospes_form_field(hospes_string_t form, const char *name, hospes_string_t *value) {
  for (size_t start = 0; start <= form.len;) {
    const uint8_t *field = form.ptr + start;
    size_t length = 0;
    while (start + length < form.len && field[length] != '&') length++;
    size_t split = 0;
    while (split < length && field[split] != '=') split++;
    if (hospes_equal(form_decoded(field, split), name)) {
      size_t skipped = split < length ? split + 1 : length;
      *value = form_decoded(field + skipped, length - skipped);
      return true;
    }
    start += length + 1;
  }
  return false;
}
