/* Times of devices: seconds to nanoseconds as numbers, ISO 8601 as texts, and clocks that can't be right. */
#include "iot.h"

#define DAY ((int64_t)86400)
#define SECOND ((int64_t)1000000)

clock_settings_t clock_settings(void) {
  static const struct {
    const char *name;
    int places;
  } units[] = {{"s", 0}, {"ms", 3}, {"us", 6}, {"ns", 9}};
  clock_settings_t made = {.unit = UNIT_BY_SIZE};
  hospes_string_t unit = setting_text("time-unit");
  for (size_t at = 0; at < sizeof units / sizeof *units; at++) {
    if (hospes_equal(unit, units[at].name)) made.unit = units[at].places;
  }
  hospes_string_t zone = setting_text("zone");
  /* The schema has seen that it is a sign and four digits: +08:00. */
  if (zone.len == 6) {
    int minutes = ((zone.ptr[1] - '0') * 10 + zone.ptr[2] - '0') * 60 + (zone.ptr[4] - '0') * 10 + zone.ptr[5] - '0';
    made.zone = zone.ptr[0] == '-' ? -minutes : minutes;
  }
  return made;
}

/* Days since 1970 of a day in the Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
static int64_t days_of(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t of_era = year - era * 400;
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The reverse. */
static void day_of(int64_t days, int64_t *year, int *month, int *day) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t of_era = days - era * 146097;
  int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t part = (5 * of_year + 2) / 153;
  *day = (int)(of_year - (153 * part + 2) / 5 + 1);
  *month = (int)(part < 10 ? part + 3 : part - 9);
  *year = year_of_era + era * 400 + (*month <= 2);
}

typedef struct {
  hospes_string_t text;
  size_t at;
} scanner_t;

static bool next_is(scanner_t *scanner, const char *signs) {
  for (; *signs; signs++) {
    if (scanner->at < scanner->text.len && scanner->text.ptr[scanner->at] == (uint8_t)*signs) {
      scanner->at++;
      return true;
    }
  }
  return false;
}

static bool digits(scanner_t *scanner, int count, int *number) {
  *number = 0;
  for (int at = 0; at < count; at++) {
    if (scanner->at == scanner->text.len) return false;
    uint8_t sign = scanner->text.ptr[scanner->at];
    if (sign < '0' || sign > '9') return false;
    *number = *number * 10 + (sign - '0');
    scanner->at++;
  }
  return true;
}

/* The fraction of a second in microseconds; further digits are cut. */
static int64_t fraction(scanner_t *scanner) {
  if (!next_is(scanner, ".,")) return 0;
  int64_t made = 0, worth = SECOND / 10;
  int digit;
  while (digits(scanner, 1, &digit)) {
    made += digit * worth;
    worth /= 10;
  }
  return made;
}

/* Minutes east of Greenwich; the zone of the settings where there is none. */
static bool zone(scanner_t *scanner, int otherwise, int *minutes) {
  *minutes = otherwise;
  next_is(scanner, " ");
  if (scanner->at == scanner->text.len) return true;
  *minutes = 0;
  if (next_is(scanner, "Zz")) return true;
  bool west = next_is(scanner, "-");
  int hour, minute = 0;
  if (!west && !next_is(scanner, "+")) return false;
  if (!digits(scanner, 2, &hour)) return false;
  bool has_colon = next_is(scanner, ":");
  if ((has_colon || scanner->at < scanner->text.len) && !digits(scanner, 2, &minute)) return false;
  if (hour > 14 || minute > 59) return false;
  *minutes = west ? -(hour * 60 + minute) : hour * 60 + minute;
  return true;
}

/* 2026-01-05T08:00:00.123Z, the same with a space or without separators (20260105T080000Z, 20260105080000), with a zone
 * or without. */
static bool iso_read(hospes_string_t text, int otherwise, int64_t *time) {
  static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  scanner_t scanner = {.text = text};
  int year, month, day, hour, minute, second = 0, east;
  if (!digits(&scanner, 4, &year)) return false;
  bool apart = next_is(&scanner, "-/");
  if (!digits(&scanner, 2, &month) || (apart && !next_is(&scanner, "-/")) || !digits(&scanner, 2, &day)) return false;
  if ((!next_is(&scanner, "Tt ") && apart) || !digits(&scanner, 2, &hour)) return false;
  apart = next_is(&scanner, ":");
  if (!digits(&scanner, 2, &minute)) return false;
  if (apart ? next_is(&scanner, ":")
            : scanner.at < text.len && text.ptr[scanner.at] >= '0' && text.ptr[scanner.at] <= '9') {
    if (!digits(&scanner, 2, &second)) return false;
  }
  int64_t micros = fraction(&scanner);
  if (!zone(&scanner, otherwise, &east) || scanner.at != text.len) return false;
  if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] || hour > 23 || minute > 59 || second > 60) {
    return false;
  }
  if (month == 2 && day == 29 && (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0))) return false;
  int64_t seconds = days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second - east * 60;
  *time = seconds * SECOND + micros;
  return true;
}

bool time_read(const hospes_json_t *value, clock_settings_t how, int64_t *time) {
  if (value == NULL || (value->kind != HOSPES_JSON_NUMBER && value->kind != HOSPES_JSON_TEXT)) return false;
  hospes_string_t text = hospes_trim(value->text);
  decimal_t decimal;
  bool is_number = decimal_read(text, &decimal);
  /* A text of 14 digits is a day and a time of day; as a number of milliseconds it would lie beyond 2286. */
  if (!is_number || (value->kind == HOSPES_JSON_TEXT && text.len == 14)) return iso_read(text, how.zone, time);
  int places = how.unit;
  if (places == UNIT_BY_SIZE) {
    /* 100,000,000,000 seconds are the year 5138; so many milliseconds are 1973, and so on. */
    places = decimal.exponent <= 11 ? 0 : decimal.exponent <= 14 ? 3 : decimal.exponent <= 17 ? 6 : 9;
  }
  return decimal_scaled(&decimal, 6 - places, time);
}

bool time_is_likely(int64_t time, int64_t now) { return time >= now - 366 * DAY * SECOND && time <= now + 5 * MINUTE; }

hospes_string_t time_shown(int64_t time, int zone) {
  int64_t seconds = (time >= 0 ? time : time - SECOND + 1) / SECOND + zone * 60;
  int64_t days = (seconds >= 0 ? seconds : seconds - DAY + 1) / DAY, year;
  int month, day, of_day = (int)(seconds - days * DAY), east = zone < 0 ? -zone : zone;
  day_of(days, &year, &month, &day);
  return hospes_format("%04lld-%02d-%02d %02d:%02d:%02d %c%02d:%02d", (long long)year, month, day, of_day / 3600,
                       of_day / 60 % 60, of_day % 60, zone < 0 ? '-' : '+', east / 60, east % 60);
}

hospes_string_t duration_shown(int64_t duration, bool chinese) {
  static const struct {
    int64_t seconds;
    const char *chinese, *one, *many;
  } units[] = {{86400, "天", "day", "days"},
               {3600, "小时", "hour", "hours"},
               {60, "分钟", "minute", "minutes"},
               {1, "秒", "second", "seconds"}};
  int64_t seconds = (duration + SECOND / 2) / SECOND;
  size_t at = 0;
  /* The largest unit of which there are two. */
  while (at < 3 && seconds < 2 * units[at].seconds) at++;
  long long count = (seconds + units[at].seconds / 2) / units[at].seconds;
  if (chinese) return hospes_format("%lld %s", count, units[at].chinese);
  return hospes_format("%lld %s", count, count == 1 ? units[at].one : units[at].many);
}
