/* What the files of the SDK share among each other. */
#ifndef HOSPES_PIECES_H
#define HOSPES_PIECES_H

#include "hospes_sdk.h"

/* A text of so many bytes, which are yet to be written. */
static inline hospes_string_t room(size_t length) {
  return (hospes_string_t){.ptr = hospes_zeroed(length, 1), .len = length};
}

/* A letter of ASCII in lower case. */
static inline uint8_t small(uint8_t letter) { return letter >= 'A' && letter <= 'Z' ? letter | 32 : letter; }

/* What a hexadecimal digit stands for; -1 for any other sign. */
static inline int digit(uint8_t sign) {
  if (sign >= '0' && sign <= '9') return sign - '0';
  sign = small(sign);
  return sign >= 'a' && sign <= 'f' ? sign - 'a' + 10 : -1;
}

#endif
