/* Numbers as decimal text. A threshold is compared digit by digit, so that 9007199254740993 is more than
 * 9007199254740992, and 1e400 more than 1e308, which doubles can't. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iot.h"

/* Exponents beyond are cut: no number that a device measures is beyond them. */
#define FARTHEST ((int64_t)1000000000000)

static bool is_digit(uint8_t sign) { return sign >= '0' && sign <= '9'; }

/* The digits of a number without its point; its length and where the point stands. */
static bool digits(hospes_string_t text, size_t *at, hospes_string_t *made, size_t *whole) {
  size_t start = *at, count = 0;
  made->ptr = hospes_zeroed(text.len, 1);
  while (*at < text.len && is_digit(text.ptr[*at])) made->ptr[count++] = text.ptr[(*at)++];
  *whole = count;
  if (*at == start) return false;
  if (*at < text.len && text.ptr[*at] == '.') {
    (*at)++;
    while (*at < text.len && is_digit(text.ptr[*at])) made->ptr[count++] = text.ptr[(*at)++];
    if (count == *whole) return false;
  }
  made->len = count;
  return true;
}

static bool exponent(hospes_string_t text, size_t *at, int64_t *made) {
  *made = 0;
  if (*at == text.len) return true;
  if ((text.ptr[*at] | 32) != 'e') return false;
  (*at)++;
  bool negative = *at < text.len && text.ptr[*at] == '-';
  if (*at < text.len && (text.ptr[*at] == '-' || text.ptr[*at] == '+')) (*at)++;
  size_t start = *at;
  while (*at < text.len && is_digit(text.ptr[*at])) {
    if (*made < FARTHEST) *made = *made * 10 + (text.ptr[*at] - '0');
    (*at)++;
  }
  if (negative) *made = -*made;
  return *at > start;
}

bool decimal_read(hospes_string_t text, decimal_t *decimal) {
  *decimal = (decimal_t){0};
  size_t at = 0, whole;
  if (at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+')) decimal->negative = text.ptr[at++] == '-';
  hospes_string_t all;
  int64_t power;
  if (!digits(text, &at, &all, &whole) || !exponent(text, &at, &power) || at != text.len) return false;
  size_t zeros = 0;
  while (zeros < all.len && all.ptr[zeros] == '0') zeros++;
  size_t end = all.len;
  while (end > zeros && all.ptr[end - 1] == '0') end--;
  decimal->digits = (hospes_string_t){.ptr = all.ptr + zeros, .len = end - zeros};
  decimal->exponent = (int64_t)whole - (int64_t)zeros + power;
  if (decimal->digits.len == 0) *decimal = (decimal_t){0};
  return true;
}

/* As decimal_compare, without signs. */
static int size_compare(const decimal_t *one, const decimal_t *other) {
  if (one->digits.len == 0 || other->digits.len == 0) return (one->digits.len > 0) - (other->digits.len > 0);
  if (one->exponent != other->exponent) return one->exponent < other->exponent ? -1 : 1;
  size_t common = one->digits.len < other->digits.len ? one->digits.len : other->digits.len;
  int order = memcmp(one->digits.ptr, other->digits.ptr, common);
  if (order != 0) return order;
  return (one->digits.len > common) - (other->digits.len > common);
}

int decimal_compare(const decimal_t *one, const decimal_t *other) {
  if (one->negative != other->negative) return one->negative ? -1 : 1;
  return one->negative ? size_compare(other, one) : size_compare(one, other);
}

bool decimal_scaled(const decimal_t *decimal, int places, int64_t *scaled) {
  *scaled = 0;
  int64_t count = decimal->exponent + places;
  if (decimal->digits.len == 0 || count <= 0) return true;
  /* 18 digits fit into 63 bits whatever they are. */
  if (count > 18) return false;
  for (int64_t at = 0; at < count; at++) {
    *scaled = *scaled * 10 + ((size_t)at < decimal->digits.len ? decimal->digits.ptr[at] - '0' : 0);
  }
  if (decimal->negative) *scaled = -*scaled;
  return true;
}

hospes_string_t decimal_text(const decimal_t *decimal) {
  if (decimal->digits.len == 0) return hospes_text("0");
  const char *sign = decimal->negative ? "-" : "";
  int length = (int)decimal->digits.len;
  const char *all = (const char *)decimal->digits.ptr;
  /* Written out where that is short. */
  if (decimal->exponent > 0 && decimal->exponent < length) {
    int whole = (int)decimal->exponent;
    return hospes_format("%s%.*s.%.*s", sign, whole, all, length - whole, all + whole);
  }
  if (decimal->exponent <= 0 && decimal->exponent > -6) {
    return hospes_format("%s0.%.*s%.*s", sign, (int)-decimal->exponent, "00000", length, all);
  }
  if (decimal->exponent >= length && decimal->exponent <= 15) {
    return hospes_format("%s%.*s%.*s", sign, length, all, (int)decimal->exponent - length, "000000000000000");
  }
  return hospes_format("%s%.*se%lld", sign, length, all, (long long)(decimal->exponent - length));
}

hospes_string_t decimal_shown(hospes_string_t text) {
  decimal_t decimal;
  if (!decimal_read(text, &decimal)) return text;
  if (text.len <= 24 && decimal.digits.len > 0) return text;
  if (decimal.digits.len > 15) decimal.digits.len = 15;
  while (decimal.digits.len > 1 && decimal.digits.ptr[decimal.digits.len - 1] == '0') decimal.digits.len--;
  return decimal_text(&decimal);
}

/* Whole numbers are written out: the fewest digits would round them. */
static bool is_whole(double number) { return number == trunc(number) && fabs(number) < 1e15; }

hospes_string_t double_text(double number) {
  if (is_whole(number)) return hospes_format("%.0f", number == 0 ? 0 : number);
  hospes_string_t made = {0};
  for (int places = 15; places <= 17; places++) {
    made = hospes_format("%.*g", places, number);
    if (strtod((const char *)made.ptr, NULL) == number) break;
  }
  return made;
}

hospes_string_t float_text(float number) {
  if (is_whole(number)) return double_text(number);
  hospes_string_t made = {0};
  for (int places = 6; places <= 9; places++) {
    made = hospes_format("%.*g", places, (double)number);
    if (strtof((const char *)made.ptr, NULL) == number) break;
  }
  return made;
}
