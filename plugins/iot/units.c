/* Units: the codes of SenML (RFC 8428, RFC 8798) and UCUM, and what people and devices write for them. */
#include <string.h>

#include "iot.h"

/* What people read, and the texts that mean it, between slashes. */
static const struct {
  const char *shown, *texts;
} units[] = {
    {"°C", "/Cel/°C/℃/degC/C/c/celsius/Celsius/摄氏度/"},
    {"°F", "/[degF]/°F/℉/degF/F/fahrenheit/Fahrenheit/华氏度/"},
    {"K", "/K/kelvin/Kelvin/"},
    {"%", "/%/percent/百分比/"},
    {"%", "/%RH/%rh/RH/"},
    {"%", "/%EL/"},
    {"Pa", "/Pa/pascal/帕/"},
    {"hPa", "/hPa/mbar/百帕/"},
    {"kPa", "/kPa/千帕/"},
    {"MPa", "/MPa/兆帕/"},
    {"bar", "/bar/巴/"},
    {"V", "/V/volt/volts/伏/伏特/"},
    {"mV", "/mV/毫伏/"},
    {"A", "/A/ampere/amp/安/安培/"},
    {"mA", "/mA/毫安/"},
    {"W", "/W/watt/瓦/瓦特/"},
    {"kW", "/kW/千瓦/"},
    {"kWh", "/kWh/kW.h/kW·h/千瓦时/度电/"},
    {"Hz", "/Hz/hertz/赫兹/"},
    {"m", "/m/meter/metre/米/"},
    {"mm", "/mm/毫米/"},
    {"m/s", "/m/s/米每秒/"},
    {"m³", "/m3/m³/立方米/"},
    {"L/min", "/l/min/L/min/升每分/"},
    {"ppm", "/ppm/[ppm]/"},
    {"µg/m³", "/ug/m3/µg/m3/μg/m3/ug/m³/µg/m³/μg/m³/"},
    {"lx", "/lx/lux/勒克斯/"},
    {"dB", "/dB/分贝/"},
    {"dBm", "/dBW/dBm/"},
    {"rpm", "/rpm/RPM/r/min/转每分/"},
};

/* Whether a text is one of a list; texts hold slashes of their own, so both ends have to be the list's. */
static bool is_listed(const char *texts, hospes_string_t unit) {
  if (unit.len == 0) return false;
  for (const char *at = texts; *at; at++) {
    if (*at == '/' && strncmp(at + 1, (const char *)unit.ptr, unit.len) == 0 && at[1 + unit.len] == '/') return true;
  }
  return false;
}

static const char *known(hospes_string_t unit, size_t *place) {
  for (*place = 0; *place < sizeof units / sizeof *units; (*place)++) {
    if (is_listed(units[*place].texts, unit)) return units[*place].shown;
  }
  return NULL;
}

hospes_string_t unit_shown(hospes_string_t unit) {
  size_t place;
  const char *shown = known(unit, &place);
  return shown ? hospes_text(shown) : unit;
}

bool same_unit(hospes_string_t one, hospes_string_t other) {
  size_t left, right;
  return hospes_same(one, other) || (known(one, &left) && known(other, &right) && left == right);
}
