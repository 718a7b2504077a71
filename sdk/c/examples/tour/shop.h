/* What several interfaces need: the workshop's app, its messages, and the languages. */
#ifndef SHOP_H
#define SHOP_H

#include "hospes_sdk.h"

#define APP "https://radwerk.example.com"

/* The keys of all vouchers begin with this; a ticket's id follows. The value is {"code": "RW-…", "until": MICROSECONDS}. */
#define VOUCHERS "voucher/"

/* A request with a secret as bearer token. The host puts it in on the way out; the plugin never sees it. */
hospes_http_request_t request_with(const char *secret, const char *method, hospes_string_t url);
/* A request that brings JSON. Who gets it a second time knows it by its key. */
hospes_http_request_t post_with(const char *secret, const char *url, hospes_string_t key, hospes_string_t json);
/* Sends a request to the app. What may pass is `unavailable` and tried again; anything else is final. */
bool ask_app(hospes_http_request_t *request, const hospes_json_t **answer, hospes_types_error_t *error);
/* Whether an answer of this status is a good one; fails as `ask_app` does. */
bool is_taken(unsigned status, hospes_types_error_t *error);
bool is_good(unsigned status);

/* A message as the app writes it, which comes by webhook and by polling, as the host takes it. */
bool read_message(const hospes_json_t *read, exports_hospes_channel_message_t *message, hospes_types_error_t *error);
/* A field of JSON that has to be a text. */
bool need_text(const hospes_json_t *object, const char *field, hospes_string_t *text, hospes_types_error_t *error);

bool is_chinese(hospes_string_t language);
/* Whether the staff reads Chinese: reasons and mails have no reader whose language the host could name. */
bool staff_is_chinese(void);
/* The text in the language. */
hospes_string_t pick(bool chinese, const char *in_chinese, const char *in_english);

/* The value of that name in a list, or none. */
const hospes_types_value_t *find_value(const hospes_types_attribute_t *attributes, size_t count, const char *name);

#endif
