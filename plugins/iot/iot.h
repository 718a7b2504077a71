/* What the files of this plugin share: readings, rules, the state of devices, and the functions of each file. */
#ifndef IOT_H
#define IOT_H

#include "hospes_sdk.h"

/* Bounds of what a gateway can send; all are named in the README. */
#define MOST_READINGS 10000
#define MOST_DEVICES 1000
/* A call's result has 1 MiB at most, as it lies in the host's memory. */
#define MOST_MESSAGES 900
#define MOST_MESSAGE_BYTES ((size_t)960 << 10)
#define MOST_PROBLEMS 100
#define LONGEST_DEVICE 128
#define LONGEST_METRIC 100
#define LONGEST_VALUE 200
#define LONGEST_UNIT 32
#define MOST_METRICS 32
#define MOST_RULES 50
#define MOST_IDS 16

#define MINUTE ((int64_t)60000000)
/* Where a device has no usable clock there is no time. */
#define NO_TIME INT64_MIN

/* --- text.c: texts that came from outside. */

/* At most so many bytes, cut between characters, with a space for each control character. */
hospes_string_t clipped(hospes_string_t text, size_t most);
/* Whether it can be the id of a device: 1 to 128 bytes of UTF-8 without control characters. */
bool is_device_id(hospes_string_t text);
/* Whether a text fits a pattern in which * stands for any characters. */
bool fits(hospes_string_t text, hospes_string_t pattern);
/* A hash (FNV-1a, 64 bits) as 16 hexadecimal digits: to know something again, not to protect it. */
hospes_string_t mark_of(hospes_string_t text);

/* A text that grows. */
typedef struct {
  hospes_string_t text;
  size_t room;
} builder_t;

void append(builder_t *to, hospes_string_t text);
void append_format(builder_t *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- decimal.c: numbers as decimal text, which neither loses digits nor overflows. */

/* 0.DIGITS times ten to the power of exponent; no digits for zero. */
typedef struct {
  bool negative;
  hospes_string_t digits;
  int64_t exponent;
} decimal_t;

/* Reads a number as JSON writes it; false where it is none. */
bool decimal_read(hospes_string_t text, decimal_t *decimal);
/* Below nought where the first is less, above where it is more. */
int decimal_compare(const decimal_t *one, const decimal_t *other);
/* A number in units of 10^-places, cut towards zero; false where it takes more than 64 bits. */
bool decimal_scaled(const decimal_t *decimal, int places, int64_t *scaled);
/* As a number of JSON. */
hospes_string_t decimal_text(const decimal_t *decimal);
/* A number for people: as it is written, or with 15 digits where that is long. */
hospes_string_t decimal_shown(hospes_string_t text);
/* The shortest text that reads as this number again: a double, or a float, whose digits are fewer. Finite ones alone.
 */
hospes_string_t double_text(double number);
hospes_string_t float_text(float number);

/* --- when.c: times. All are microseconds since 1970, UTC. */

/* The unit of times that are numbers: 0 seconds, 3 milliseconds, 6 microseconds, 9 nanoseconds; or by their size. */
#define UNIT_BY_SIZE (-1)

/* How times are read, from the settings. */
typedef struct {
  int unit;
  /* Minutes east of Greenwich: of times without a zone, and of those that people read. */
  int zone;
} clock_settings_t;

clock_settings_t clock_settings(void);
/* A number or a text of ISO 8601; false where it is no time. */
bool time_read(const hospes_json_t *value, clock_settings_t how, int64_t *time);
/* Whether a device's clock can be right: not more than 366 days back and 5 minutes ahead of the host's. */
bool time_is_likely(int64_t time, int64_t now);
/* 2026-01-05 16:00:00 +08:00 */
hospes_string_t time_shown(int64_t time, int zone);
/* 30 秒, 5 分钟, 2 小时; 30 seconds, 5 minutes, 2 hours. */
hospes_string_t duration_shown(int64_t duration, bool chinese);

/* --- json.c and cbor.c: a body as one tree, whatever its form. */

/* Values of a body at most. */
#define MOST_VALUES 100000

/* Reads JSON, with NaN and Infinity as texts, as some programs write them. */
const hospes_json_t *json_read(hospes_string_t text, hospes_string_t *problem);
/* Reads CBOR (RFC 8949): byte strings become hexadecimal text, keys that are integers their decimal text. */
const hospes_json_t *cbor_read(hospes_list_u8_t bytes, hospes_string_t *problem);
/* The name that stands twice in an object of the tree; NULL where there is none. */
const hospes_string_t *name_twice(const hospes_json_t *tree);
/* What a path such as a.b.0 leads to; NULL where it leads nowhere. */
const hospes_json_t *at_path(const hospes_json_t *tree, hospes_string_t path);

/* --- readings.c */

typedef enum { VALUE_NUMBER, VALUE_BOOLEAN, VALUE_TEXT, VALUE_NOT_A_NUMBER } value_kind_t;

/* One value that a device has measured. */
typedef struct {
  hospes_string_t device;
  hospes_string_t metric;
  value_kind_t kind;
  /* A number as it came, true or false, a text. */
  hospes_string_t value;
  hospes_string_t unit;
  /* The sender's own id of it; empty where it has none. */
  hospes_string_t id;
  /* Who has the device, by the sender's data; empty where that isn't in it. */
  hospes_string_t owner;
  /* When it was measured: the device's time, or that of receipt where the device has none that can be right. */
  int64_t at;
  bool device_time;
  /* The device's own time where it can't be right; empty otherwise. */
  hospes_string_t wrong_time;
  /* Its place in the request, and that of the record which it stands in. */
  size_t place, record;
} reading_t;

/* A part of a request that is no reading. */
typedef struct {
  hospes_string_t device;
  hospes_string_t metric;
  const char *reason;
} problem_t;

/* A device's acknowledgement of a command. */
typedef struct {
  hospes_string_t id;
  bool failed;
  hospes_string_t detail;
  int64_t at;
} acknowledgement_t;

/* What one request holds. */
typedef struct {
  reading_t *items;
  size_t count, room, records;
  problem_t problems[MOST_PROBLEMS];
  size_t problem_count;
  /* How many there are, and the first by which something is lost; its reason is NULL where nothing is. */
  size_t all_problems;
  problem_t lost;
  acknowledgement_t *acknowledgements;
  size_t acknowledgement_count;
} readings_t;

/* What a record hands on to those within it. */
typedef struct {
  hospes_string_t device, id, owner, unit;
  const hospes_json_t *time;
  size_t record;
} context_t;

/* How requests are read, from the settings. */
typedef struct {
  clock_settings_t clock;
  int64_t now;
  hospes_string_t device_path, time_path, id_path, values_path, owner_path;
  /* The id of the delivery, for readings without one of their own; empty where it has none. */
  hospes_string_t delivery_id;
} reading_settings_t;

reading_settings_t reading_settings(int64_t now);
void add_problem(readings_t *to, hospes_string_t device, hospes_string_t metric, const char *reason);
/* Adds a value; one that is no number, boolean or text is left out. False where there are too many. */
bool add_reading(readings_t *to, const reading_settings_t *how, const context_t *around, hospes_string_t metric,
                 const hospes_json_t *value);
/* Reads a whole tree; false where it holds more readings than a request may. */
bool read_readings(readings_t *to, const reading_settings_t *how, const hospes_json_t *tree);

/* --- senml.c: RFC 8428. */

bool is_senml(const hospes_json_t *tree);
bool read_senml(readings_t *to, const reading_settings_t *how, const context_t *around, const hospes_json_t *pack);

/* --- units.c */

/* A unit for people: °C for Cel, % for %RH. Units that aren't known stay as they are. */
hospes_string_t unit_shown(hospes_string_t unit);
/* Whether two texts name one unit: Cel, C, celsius. */
bool same_unit(hospes_string_t one, hospes_string_t other);

/* --- rules.c */

typedef enum { ABOVE, AT_LEAST, BELOW, AT_MOST, EQUAL, OTHER } comparison_t;

/* When a device needs somebody; from the settings. */
typedef struct {
  hospes_string_t name, metric, devices, unit;
  comparison_t comparison;
  /* A number, or a text that is compared as it is. */
  bool is_number;
  hospes_string_t threshold;
  /* The threshold that ends the alarm. */
  hospes_string_t clear;
  int64_t readings;
  int64_t duration;
  hospes_string_t priority, class_;
  /* What the metric is called, and the texts; empty for the usual ones. */
  hospes_string_t title, text, clear_text;
} rule_t;

typedef struct {
  rule_t items[MOST_RULES];
  size_t count;
} rules_t;

bool is_chinese(void);
/* The rules of the settings, with the texts of the language that is set. */
bool read_rules(rules_t *rules, hospes_types_error_t *error);
bool rule_is_for(const rule_t *rule, hospes_string_t device, hospes_string_t metric);
const rule_t *rule_named(const rules_t *rules, hospes_string_t name);
/* Whether a reading meets the condition with this threshold. */
bool rule_holds(const rule_t *rule, const reading_t *reading, hospes_string_t threshold);

/* --- state.c: what is known of a device, in kv under device:ID. */

typedef struct {
  hospes_string_t name, value, unit;
  int64_t at;
  bool device_time;
} metric_state_t;

typedef struct {
  hospes_string_t rule;
  /* Readings in a row that met the condition, and when the first was. */
  int64_t count, since;
  /* When the alarm was raised; NO_TIME where it is off. */
  int64_t raised;
} alarm_state_t;

typedef struct {
  hospes_string_t id;
  /* As it was read; nothing where the device is new. */
  bool is_known;
  hospes_list_u8_t stored;
  /* By the host's clock: the latest request with a reading, and the latest note of one. */
  int64_t seen, noted;
  /* When it was found to be silent; NO_TIME while it isn't. One that was so with many others has no alarm of its own.
   */
  int64_t silent;
  bool is_silent_with_others;
  hospes_string_t owner;
  metric_state_t metrics[MOST_METRICS];
  size_t metric_count;
  alarm_state_t alarms[MOST_RULES];
  size_t alarm_count;
  /* Marks of the ids that came last, the newest last. */
  hospes_string_t ids[MOST_IDS];
  size_t id_count;
} device_t;

#define DEVICE_KEYS "device:"

bool device_load(hospes_string_t id, device_t *device, hospes_types_error_t *error);
/* Stores it; the call runs again where another was faster. False with the code limit-exceeded where the store is full.
 */
bool device_store(device_t *device, hospes_types_error_t *error);
bool device_forget(const device_t *device, hospes_types_error_t *error);
metric_state_t *device_metric(device_t *device, hospes_string_t name);
alarm_state_t *device_alarm(device_t *device, hospes_string_t rule);
/* Notes an id; false where it was there. */
bool device_id_is_new(device_t *device, hospes_string_t id);

/* --- messages.c */

/* The name of the rule that devices are silent by; no other may have it. */
#define SILENCE "offline"

/* What is put into an alarm's text. */
typedef struct {
  const rule_t *rule;
  const device_t *device;
  hospes_string_t number, unit;
  int64_t at;
  bool device_time;
  hospes_string_t wrong_time;
  const alarm_state_t *alarm;
} alarm_t;

/* The device of a thread, and the rule whose alarm it is about; no rule where it is about none. */
void split_thread(hospes_string_t thread, const rules_t *rules, hospes_string_t *device, hospes_string_t *rule);
exports_hospes_channel_message_t alarm_message(const alarm_t *alarm);
exports_hospes_channel_message_t clear_message(const alarm_t *alarm);
exports_hospes_channel_message_t silence_message(const device_t *device, int64_t now);
/* Of devices that are silent together: it is the gateway's, whose name is the issuer's. */
exports_hospes_channel_message_t gateway_message(device_t *const *devices, size_t count, int64_t now);
exports_hospes_channel_message_t return_message(const device_t *device, int64_t now);
/* The first rule of a device's metric, which has its title and unit; NULL where there is none. */
const rule_t *rule_of(const rules_t *rules, hospes_string_t device, hospes_string_t metric);
/* What a metric is called, and its value with its unit, for people. */
hospes_string_t metric_title(const rules_t *rules, hospes_string_t device, const metric_state_t *metric);
hospes_string_t metric_value(const rules_t *rules, hospes_string_t device, const metric_state_t *metric);
/* The device's values as they are now, for the timeline. */
exports_hospes_channel_message_t values_message(const device_t *device, const rules_t *rules, int64_t now);

/* --- monitor.c: readings against rules. */

typedef struct {
  exports_hospes_channel_message_t *messages;
  size_t message_count, message_bytes;
  size_t taken, alarms, cleared;
  /* Readings that were here before, or are older than what is known. */
  size_t repeated;
} outcome_t;

bool monitor(readings_t *readings, const rules_t *rules, int64_t now, outcome_t *outcome, hospes_types_error_t *error);

/* --- authentication.c */

/* Whether the request is the gateway's. */
bool authenticate(const exports_hospes_channel_http_request_t *request, int64_t now, hospes_types_error_t *error);
hospes_string_t request_header(const exports_hospes_channel_http_request_t *request, const char *name);
/* The id of a delivery by Standard Webhooks, which is the same in all its tries; empty in other forms. */
hospes_string_t delivery_id(const exports_hospes_channel_http_request_t *request);
/* The key by which a delivery is recognised when it comes again: its signature's; empty where it isn't signed. */
hospes_string_t delivery_mark(const exports_hospes_channel_http_request_t *request);
/* Notes a delivery for as long as its signature is good; false where it was here. */
bool delivery_is_new(hospes_string_t mark, bool *is_new, hospes_types_error_t *error);
/* Forgets deliveries whose signatures are no longer good. */
bool forget_deliveries(int64_t now, hospes_types_error_t *error);

/* --- settings.c */

int64_t setting_integer(const char *name, int64_t otherwise);
hospes_string_t setting_text(const char *name);

#endif
