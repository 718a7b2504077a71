/* What a plugin in C needs beside the contract's own functions, which stand in hospes.h: texts, errors, attributes, JSON,
 * and the encodings of connectors.
 *
 * A plugin lives for one call. So nothing is given back: memory of malloc is taken from one arena, free does nothing, and
 * every text here may be kept, returned and shared without a thought of whose it is. */
#ifndef HOSPES_SDK_H
#define HOSPES_SDK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hospes.h"

/* Makes a list of so many items, all of their bytes zero. */
#define HOSPES_LIST(list, count) ((list).ptr = hospes_zeroed(count, sizeof *(list).ptr), (list).len = (count))
/* For "%.*s": the length and the bytes of a text. */
#define HOSPES_ARG(text) (int)(text).len, (const char *)(text).ptr

/* Memory for so many items of a size, zero; the call ends where there is none left. */
void *hospes_zeroed(size_t count, size_t size);

/* --- Texts: UTF-8, with their length in bytes and no zero at the end. */

/* A text of the program, which is not copied. */
hospes_string_t hospes_text(const char *text);
/* A text put together as printf does. A zero follows it, so that its ptr serves where C wants one. */
hospes_string_t hospes_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The bytes of a list as a text. */
hospes_string_t hospes_of_bytes(hospes_list_u8_t bytes);
/* The bytes of a text. */
hospes_list_u8_t hospes_bytes(hospes_string_t text);
bool hospes_equal(hospes_string_t text, const char *other);
bool hospes_same(hospes_string_t text, hospes_string_t other);
bool hospes_starts_with(hospes_string_t text, const char *start);
/* Whether one stands in the other; letters of ASCII count as the same in both cases. */
bool hospes_contains(hospes_string_t text, const char *part);
/* With the letters of ASCII in lower case. */
hospes_string_t hospes_lower(hospes_string_t text);
/* Without white space at both ends. */
hospes_string_t hospes_trim(hospes_string_t text);
/* With U+FFFD for each byte that is no UTF-8: what isn't UTF-8 ends the call when it is handed to the host. JSON and fields of
 * forms are read so; bytes that come otherwise, of a file or a body, need it. */
hospes_string_t hospes_utf8(hospes_string_t text);

/* --- Errors. Both return false, as functions of the contract do that fail: return hospes_fail(error, "invalid", "..."). */

/* Trying again won't help without a change. */
bool hospes_fail(hospes_types_error_t *error, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Trying again may help after so many milliseconds. */
bool hospes_fail_for(hospes_types_error_t *error, const char *code, uint32_t milliseconds, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* --- Attributes and their values. */

hospes_types_value_t hospes_text_value(hospes_string_t text);
hospes_types_value_t hospes_integer_value(int64_t number);
hospes_types_value_t hospes_number_value(double number);
hospes_types_value_t hospes_boolean_value(bool truth);
hospes_types_attribute_t hospes_attribute(const char *name, hospes_types_value_t value);
/* The text of a list's attribute; an empty one where it has none of this name, or no text. */
hospes_string_t hospes_text_of(const hospes_types_attribute_t *attributes, size_t count, const char *name);

/* --- The host. */

/* Writes a line into the installation's log. */
void hospes_log(hospes_log_level_t level, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A setting that is a text; false where it isn't set, or is none. */
bool hospes_setting(const char *name, hospes_string_t *text);

/* A request without headers and without a body. */
hospes_http_request_t hospes_request(const char *method, hospes_string_t url);
/* A header of a request. */
hospes_http_request_header_t hospes_header(const char *name, hospes_string_t value);
/* A header with a secret behind a text, such as "Bearer ": the host puts the secret in, and it never comes here. */
hospes_http_request_header_t hospes_secret_header(const char *name, const char *before, const char *secret);

/* --- JSON. */

typedef enum {
  HOSPES_JSON_NULL,
  HOSPES_JSON_BOOLEAN,
  HOSPES_JSON_NUMBER,
  HOSPES_JSON_TEXT,
  HOSPES_JSON_LIST,
  HOSPES_JSON_OBJECT,
} hospes_json_kind_t;

/* A value; the items of a list and the fields of an object follow each other by next. */
typedef struct hospes_json {
  hospes_json_kind_t kind;
  bool truth;
  double number;
  /* A number as it is written, and a text without its escapes. */
  hospes_string_t text;
  /* The name of a field. */
  hospes_string_t name;
  size_t count;
  struct hospes_json *first;
  struct hospes_json *next;
} hospes_json_t;

/* Values are nested so deep at most. */
#define HOSPES_JSON_DEPTH 64

/* Reads a whole text; where it can't be read there is none, and problem says why and at which byte. */
const hospes_json_t *hospes_json_read(hospes_string_t text, hospes_string_t *problem);
/* A field of an object; none where the value is no object, or has no field of this name. */
const hospes_json_t *hospes_json_field(const hospes_json_t *object, const char *name);
/* The text of an object's field; false where it has no such field, or no text in it. */
bool hospes_json_text(const hospes_json_t *object, const char *name, hospes_string_t *text);
/* A number as a whole one, exactly; false where it isn't one of 64 bits. */
bool hospes_json_integer(const hospes_json_t *number, int64_t *whole);
/* A text as JSON has it, with its quotation marks. */
hospes_string_t hospes_json_quoted(hospes_string_t text);

/* --- Encodings. What decodes returns false where it can't. */

hospes_string_t hospes_hex(hospes_list_u8_t bytes);
bool hospes_hex_decode(hospes_string_t text, hospes_list_u8_t *bytes);
hospes_string_t hospes_base64(hospes_list_u8_t bytes);
bool hospes_base64_decode(hospes_string_t text, hospes_list_u8_t *bytes);
/* A text as a part of an address. */
hospes_string_t hospes_url_encoded(hospes_string_t text);
/* The first field of this name in a query or a form of a page. */
bool hospes_form_field(hospes_string_t form, const char *name, hospes_string_t *value);

#endif
