//! What the SDK of C reads and writes, tried in a plugin: right input, and what strangers send.

use crate::project::Project;

/// A tool that answers with what it found wrong, one thing a line.
const PLUGIN: &str = r#"
#include <string.h>

#include "hospes_sdk.h"

static hospes_string_t wrong;

static void want(bool holds, const char *what, int line) {
  if (!holds) wrong = hospes_format("%.*s%s (line %d)\n", HOSPES_ARG(wrong), what, line);
}
#define WANT(condition) want(condition, #condition, __LINE__)

static hospes_string_t text(const char *of) { return hospes_text(of); }

static bool refuses(const char *json, const char *why) {
  hospes_string_t problem;
  return hospes_json_read(text(json), &problem) == NULL && hospes_contains(problem, why);
}

static void json(void) {
  hospes_string_t problem, found;
  int64_t whole;
  const hospes_json_t *read = hospes_json_read(
      text("\xef\xbb\xbf {\"a\": [1, -2.5e3, true, false, null], \"text\": \"\\u4f60\\ud83d\\ude00\\n\\\"\\/\", \"b\": {\"c\": {}}, "
           "\"big\": 9223372036854775807, \"over\": 9223372036854775808}"), &problem);
  WANT(read != NULL && read->kind == HOSPES_JSON_OBJECT && read->count == 5);
  const hospes_json_t *list = hospes_json_field(read, "a");
  WANT(list->count == 5 && hospes_json_integer(list->first, &whole) && whole == 1);
  WANT(list->first->next->number == -2500 && !hospes_json_integer(list->first->next, &whole));
  WANT(list->first->next->next->truth && !list->first->next->next->next->truth);
  WANT(hospes_json_text(read, "text", &found) && hospes_equal(found, "\xe4\xbd\xa0\xf0\x9f\x98\x80\n\"/"));
  WANT(hospes_json_integer(hospes_json_field(read, "big"), &whole) && whole == INT64_MAX);
  WANT(!hospes_json_integer(hospes_json_field(read, "over"), &whole));
  WANT(!hospes_json_text(read, "a", &found) && hospes_json_field(list, "a") == NULL && hospes_json_field(NULL, "a") == NULL);
  WANT(hospes_json_read(text("\"\\ud800x\\udc00\""), &problem) != NULL);
  WANT(hospes_equal(hospes_json_read(text("\"\\ud800x\""), &problem)->text, "\xef\xbf\xbdx"));
  WANT(hospes_equal(hospes_json_read(text("\"\xff\""), &problem)->text, "\xef\xbf\xbd"));
  WANT(refuses("", "a value is missing, at byte 0") && refuses("{", "a text is missing") && refuses("[1 2]", "a comma"));
  WANT(refuses("{\"a\" 1}", "a colon") && refuses("\"a", "doesn't end") && refuses("\"\\q\"", "an escape that there isn't"));
  WANT(refuses("\"\\u12\"", "four digits") && refuses("01", "a value") && refuses("1.", "a digit") && refuses("1e", "a digit"));
  WANT(refuses("nul", "a value") && refuses("1 2", "something follows") && refuses("\"\t\"", "a control character"));
  char deep[300];
  memset(deep, '[', sizeof deep);
  deep[sizeof deep - 1] = 0;
  WANT(refuses(deep, "nested too deep"));
  WANT(hospes_equal(hospes_json_quoted(text("a\"\\\n\x01\xe4\xbd\xa0")), "\"a\\\"\\\\\\u000a\\u0001\xe4\xbd\xa0\""));
}

static void encodings(void) {
  hospes_list_u8_t bytes;
  hospes_string_t value;
  WANT(hospes_equal(hospes_hex(hospes_bytes(text("\x01\xab\xff"))), "01abff") && hospes_equal(hospes_hex(hospes_bytes(text(""))), ""));
  WANT(hospes_hex_decode(text("01aBff"), &bytes) && hospes_equal(hospes_of_bytes(bytes), "\x01\xab\xff"));
  WANT(!hospes_hex_decode(text("0"), &bytes) && !hospes_hex_decode(text("0g"), &bytes));
  /* RFC 4648, section 10. */
  static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
  for (size_t at = 0; at < sizeof pairs / sizeof *pairs; at++) {
    WANT(hospes_equal(hospes_base64(hospes_bytes(text(pairs[at][0]))), pairs[at][1]));
    WANT(hospes_base64_decode(text(pairs[at][1]), &bytes) && hospes_equal(hospes_of_bytes(bytes), pairs[at][0]));
  }
  WANT(hospes_base64_decode(text("-_8"), &bytes) && hospes_equal(hospes_of_bytes(bytes), "\xfb\xff"));
  WANT(!hospes_base64_decode(text("Zm9vY"), &bytes) && !hospes_base64_decode(text("Zm 9"), &bytes));
  WANT(hospes_equal(hospes_url_encoded(text("a b/\xe4\xbd\xa0-._~")), "a%20b%2F%E4%BD%A0-._~"));
  hospes_string_t form = text("a=1+2&b=%E4%BD%A0%zz%4&&c&a=3&d=");
  WANT(hospes_form_field(form, "a", &value) && hospes_equal(value, "1 2"));
  WANT(hospes_form_field(form, "b", &value) && hospes_equal(value, "\xe4\xbd\xa0%zz%4"));
  WANT(hospes_form_field(form, "c", &value) && value.len == 0 && hospes_form_field(form, "d", &value) && value.len == 0);
  WANT(!hospes_form_field(form, "e", &value) && !hospes_form_field(text(""), "a", &value));
}

static void texts(void) {
  WANT(hospes_equal(hospes_utf8(text("a\xc3\xa4\xe4\xbd\xa0\xf0\x9f\x98\x80")), "a\xc3\xa4\xe4\xbd\xa0\xf0\x9f\x98\x80"));
  WANT(hospes_equal(hospes_utf8(text("\xff|\xc0\xaf|\xed\xa0\x80|\xe4\xbd")),
                    "\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd"));
  WANT(hospes_equal(hospes_trim(text(" \t a b\r\n")), "a b") && hospes_trim(text("  ")).len == 0);
  WANT(hospes_equal(hospes_lower(text("AbZ\xc3\x84")), "abz\xc3\x84"));
  WANT(hospes_contains(text("My REFUND"), "refund") && !hospes_contains(text("fund"), "refund") && hospes_contains(text(""), ""));
  WANT(hospes_starts_with(text("zh-CN"), "zh") && !hospes_starts_with(text("z"), "zh"));
  WANT(hospes_same(text("a"), hospes_format("%s", "a")) && !hospes_same(text("a"), text("b")));
  hospes_types_attribute_t all[2] = {hospes_attribute("n", hospes_integer_value(7)), hospes_attribute("t", hospes_text_value(text("x")))};
  WANT(hospes_equal(hospes_text_of(all, 2, "t"), "x") && hospes_text_of(all, 2, "n").len == 0 && hospes_text_of(all, 0, "t").len == 0);
  WANT(all[0].value.val.integer == 7 && hospes_number_value(0.5).val.number == 0.5 && hospes_boolean_value(true).val.boolean);
}

bool exports_hospes_tools_call(hospes_string_t *name, hospes_string_t *arguments, hospes_string_t *ret,
                               hospes_types_error_t *error) {
  (void)name, (void)arguments, (void)error;
  json();
  encodings();
  texts();
  *ret = hospes_format("wrong: %.*s", HOSPES_ARG(wrong));
  return true;
}
"#;

#[tokio::test]
async fn reads_what_is_right_and_refuses_what_is_not() {
    let project = Project::begin("c", &["tools"]).await;
    project.write("plugin.c", PLUGIN);
    let case = serde_json::json!({
        "about": "nothing is wrong", "call": "tools.call", "now": "2026-01-05T08:00:00Z", "settings": {},
        "input": ["count-words", "{}"], "expect": {"ok": "wrong: "},
    });
    project.write("cases/tools-call.json", &case.to_string());
    project.must("build").await;
    project.must("test").await;
}
