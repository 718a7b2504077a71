/* Settings as this plugin reads them. */
#include "iot.h"

int64_t setting_integer(const char *name, int64_t otherwise) {
  hospes_string_t of = hospes_text(name);
  hospes_config_value_t found;
  bool is_integer = hospes_config_get(&of, &found) && found.tag == HOSPES_TYPES_VALUE_INTEGER;
  return is_integer ? found.val.integer : otherwise;
}

hospes_string_t setting_text(const char *name) {
  hospes_string_t found;
  return hospes_setting(name, &found) ? found : hospes_text("");
}
