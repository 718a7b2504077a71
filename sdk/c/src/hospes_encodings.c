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
      *value = hospes_utf8(form_decoded(field + skipped, length - skipped));
      return true;
    }
    start += length + 1;
  }
  return false;
}

/* The bytes of the character that begins here; 0 where none does. Overlong forms and surrogates are none. */
static size_t character(const uint8_t *at, size_t left) {
  uint8_t first = at[0];
  if (first < 0x80) return 1;
  size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || length > left) return 0;
  for (size_t next = 1; next < length; next++) {
    if ((at[next] & 0xc0) != 0x80) return 0;
  }
  bool is_wrong = (first == 0xe0 && at[1] < 0xa0) || (first == 0xed && at[1] > 0x9f) || (first == 0xf0 && at[1] < 0x90)
                  || (first == 0xf4 && at[1] > 0x8f);
  return is_wrong ? 0 : length;
}

hospes_string_t hospes_utf8(hospes_string_t text) {
  size_t wrong = 0;
  for (size_t at = 0; at < text.len;) {
    size_t length = character(text.ptr + at, text.len - at);
    wrong += length == 0;
    at += length ? length : 1;
  }
  if (wrong == 0) return text;
  hospes_string_t made = {.ptr = hospes_zeroed(text.len + 2 * wrong, 1)};
  for (size_t at = 0; at < text.len;) {
    size_t length = character(text.ptr + at, text.len - at);
    memcpy(made.ptr + made.len, length ? text.ptr + at : (const uint8_t *)"\xef\xbf\xbd", length ? length : 3);
    made.len += length ? length : 3;
    at += length ? length : 1;
  }
  return made;
}
