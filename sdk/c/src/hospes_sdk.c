#include "hospes_pieces.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The bindings want an object linked that describes the contract; the plugin is built against the contract itself. */
void __component_type_object_force_link_hospes(void) {}

/* --- Memory: an arena that grows and is never given back. The size of each piece stands before it. */

#define PAGE ((size_t)65536)
#define ALIGNMENT ((size_t)16)

extern unsigned char __heap_base;
static uintptr_t arena_top, arena_end;

static size_t *size_before(void *piece) { return (size_t *)piece - 1; }

static void *piece(size_t size, size_t alignment) {
  if (arena_end == 0) {
    arena_top = (uintptr_t)&__heap_base;
    arena_end = __builtin_wasm_memory_size(0) * PAGE;
  }
  uintptr_t start = (arena_top + sizeof(size_t) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  uintptr_t top = start + size;
  if (start < arena_top || top < start) return NULL;
  if (top > arena_end) {
    size_t pages = (top - arena_end + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
    arena_end += pages * PAGE;
  }
  arena_top = top;
  void *made = (void *)start;
  *size_before(made) = size;
  return made;
}

void *malloc(size_t size) { return piece(size, ALIGNMENT); }

void free(void *given) { (void)given; }

void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
  void *made = malloc(bytes);
  return made ? memset(made, 0, bytes) : NULL;
}

void *realloc(void *old, size_t size) {
  if (old == NULL) return malloc(size);
  size_t before = *size_before(old);
  if (size <= before) return old;
  /* The last piece grows where it stands. */
  if ((uintptr_t)old + before == arena_top && (uintptr_t)old + size >= (uintptr_t)old
      && (uintptr_t)old + size <= arena_end) {
    arena_top = (uintptr_t)old + size;
    *size_before(old) = size;
    return old;
  }
  void *made = malloc(size);
  return made ? memcpy(made, old, before) : NULL;
}

void *aligned_alloc(size_t alignment, size_t size) { return piece(size, alignment > ALIGNMENT ? alignment : ALIGNMENT); }

int posix_memalign(void **made, size_t alignment, size_t size) {
  *made = aligned_alloc(alignment, size);
  return *made ? 0 : ENOMEM;
}

void *hospes_zeroed(size_t count, size_t size) {
  void *made = calloc(count ? count : 1, size);
  if (made == NULL) abort();
  return made;
}

/* --- Texts */

hospes_string_t hospes_text(const char *text) { return (hospes_string_t){.ptr = (uint8_t *)text, .len = strlen(text)}; }

static hospes_string_t formatted(const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(NULL, 0, format, again);
  va_end(again);
  if (length < 0) abort();
  /* vsnprintf ends it with a zero, which stays behind it and isn't the text's. */
  hospes_string_t made = room((size_t)length + 1);
  vsnprintf((char *)made.ptr, made.len, format, arguments);
  made.len -= 1;
  return made;
}

hospes_string_t hospes_format(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hospes_string_t made = formatted(format, arguments);
  va_end(arguments);
  return made;
}

hospes_string_t hospes_of_bytes(hospes_list_u8_t bytes) { return (hospes_string_t){.ptr = bytes.ptr, .len = bytes.len}; }

hospes_list_u8_t hospes_bytes(hospes_string_t text) { return (hospes_list_u8_t){.ptr = text.ptr, .len = text.len}; }

/* An empty text may have no address, which memcmp must not be given. */
static bool begins(hospes_string_t text, const void *bytes, size_t length) {
  return text.len >= length && (length == 0 || memcmp(text.ptr, bytes, length) == 0);
}

bool hospes_equal(hospes_string_t text, const char *other) {
  return text.len == strlen(other) && begins(text, other, text.len);
}

bool hospes_same(hospes_string_t text, hospes_string_t other) {
  return text.len == other.len && begins(text, other.ptr, other.len);
}

bool hospes_starts_with(hospes_string_t text, const char *start) { return begins(text, start, strlen(start)); }

bool hospes_contains(hospes_string_t text, const char *part) {
  size_t length = strlen(part);
  for (size_t start = 0; start + length <= text.len; start++) {
    size_t same = 0;
    while (same < length && small(text.ptr[start + same]) == small((uint8_t)part[same])) same++;
    if (same == length) return true;
  }
  return false;
}

hospes_string_t hospes_lower(hospes_string_t text) {
  hospes_string_t made = room(text.len);
  for (size_t at = 0; at < text.len; at++) made.ptr[at] = small(text.ptr[at]);
  return made;
}

static bool is_space(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

hospes_string_t hospes_trim(hospes_string_t text) {
  while (text.len > 0 && is_space(text.ptr[0])) text.ptr++, text.len--;
  while (text.len > 0 && is_space(text.ptr[text.len - 1])) text.len--;
  return text;
}

/* --- Errors */

static void fill(hospes_types_error_t *error, const char *code, const char *format, va_list arguments) {
  *error = (hospes_types_error_t){.code = hospes_text(code), .message = formatted(format, arguments)};
}

bool hospes_fail(hospes_types_error_t *error, const char *code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, code, format, arguments);
  va_end(arguments);
  return false;
}

bool hospes_fail_for(hospes_types_error_t *error, const char *code, uint32_t milliseconds, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, code, format, arguments);
  va_end(arguments);
  error->retry_after_ms.is_some = true;
  error->retry_after_ms.val = milliseconds;
  return false;
}

/* --- Attributes */

hospes_types_value_t hospes_text_value(hospes_string_t text) {
  hospes_types_value_t made = {.tag = HOSPES_TYPES_VALUE_TEXT};
  made.val.text = text;
  return made;
}

hospes_types_value_t hospes_integer_value(int64_t number) {
  hospes_types_value_t made = {.tag = HOSPES_TYPES_VALUE_INTEGER};
  made.val.integer = number;
  return made;
}

hospes_types_value_t hospes_number_value(double number) {
  hospes_types_value_t made = {.tag = HOSPES_TYPES_VALUE_NUMBER};
  made.val.number = number;
  return made;
}

hospes_types_value_t hospes_boolean_value(bool truth) {
  hospes_types_value_t made = {.tag = HOSPES_TYPES_VALUE_BOOLEAN};
  made.val.boolean = truth;
  return made;
}

hospes_types_attribute_t hospes_attribute(const char *name, hospes_types_value_t value) {
  return (hospes_types_attribute_t){.name = hospes_text(name), .value = value};
}

hospes_string_t hospes_text_of(const hospes_types_attribute_t *attributes, size_t count, const char *name) {
  for (size_t at = 0; at < count; at++) {
    if (hospes_equal(attributes[at].name, name) && attributes[at].value.tag == HOSPES_TYPES_VALUE_TEXT) {
      return attributes[at].value.val.text;
    }
  }
  return hospes_text("");
}

/* --- The host */

void hospes_log(hospes_log_level_t level, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  hospes_string_t line = formatted(format, arguments);
  va_end(arguments);
  hospes_log_list_attribute_t none = {0};
  hospes_log_write(level, &line, &none);
}

bool hospes_setting(const char *name, hospes_string_t *text) {
  hospes_string_t of = hospes_text(name);
  hospes_config_value_t found;
  if (!hospes_config_get(&of, &found) || found.tag != HOSPES_TYPES_VALUE_TEXT) return false;
  *text = found.val.text;
  return true;
}

hospes_http_request_t hospes_request(const char *method, hospes_string_t url) {
  hospes_http_request_t made = {.method = hospes_text(method)};
  HOSPES_LIST(made.url, 1);
  made.url.ptr[0].tag = HOSPES_HTTP_PIECE_TEXT;
  made.url.ptr[0].val.text = url;
  made.body.tag = HOSPES_HTTP_CONTENT_BYTES;
  return made;
}

hospes_http_request_header_t hospes_header(const char *name, hospes_string_t value) {
  hospes_http_request_header_t made = {.name = hospes_text(name)};
  HOSPES_LIST(made.value, 1);
  made.value.ptr[0].tag = HOSPES_HTTP_PIECE_TEXT;
  made.value.ptr[0].val.text = value;
  return made;
}

hospes_http_request_header_t hospes_secret_header(const char *name, const char *before, const char *secret) {
  hospes_http_request_header_t made = {.name = hospes_text(name)};
  HOSPES_LIST(made.value, 2);
  made.value.ptr[0].tag = HOSPES_HTTP_PIECE_TEXT;
  made.value.ptr[0].val.text = hospes_text(before);
  made.value.ptr[1].tag = HOSPES_HTTP_PIECE_SECRET;
  made.value.ptr[1].val.secret = hospes_text(secret);
  return made;
}
