/* `triage`: what messages are about. */
#include "shop.h"

/* The first of the operator's words that is in the text, or an empty text. The setting is a list, which comes as JSON; the
 * manifest has its default. */
static hospes_string_t danger_in(hospes_string_t text) {
  hospes_string_t name = hospes_text("urgent-words"), problem;
  hospes_config_value_t found;
  if (!hospes_config_get(&name, &found) || found.tag != HOSPES_TYPES_VALUE_JSON) return hospes_text("");
  const hospes_json_t *words = hospes_json_read(found.val.json, &problem);
  for (const hospes_json_t *word = words ? words->first : NULL; word; word = word->next) {
    /* A text has no zero at its end; one that is put together has. */
    const char *searched = (const char *)hospes_format("%.*s", HOSPES_ARG(word->text)).ptr;
    if (hospes_contains(text, searched)) return hospes_lower(word->text);
  }
  return hospes_text("");
}

static hospes_string_t buying_in(hospes_string_t text) {
  static const char *const words[] = {"how much", "price", "多少钱"};
  for (size_t at = 0; at < sizeof words / sizeof *words; at++) {
    if (hospes_contains(text, words[at])) return hospes_text(words[at]);
  }
  return hospes_text("");
}

static const char *language_of(hospes_string_t text) {
  bool is_latin = false;
  for (size_t at = 0; at < text.len; at++) {
    unsigned char byte = text.ptr[at], lower = byte | 0x20;
    /* U+4E00 to U+9FFF begin with these in UTF-8. */
    if (byte >= 0xe4 && byte <= 0xe9) return "zh-CN";
    is_latin |= lower >= 'a' && lower <= 'z';
  }
  return is_latin ? "en" : "";
}

static exports_hospes_triage_verdict_t judge(hospes_string_t text) {
  hospes_string_t danger = danger_in(text);
  bool is_urgent = danger.len > 0;
  hospes_string_t reason = is_urgent ? danger : buying_in(text);
  exports_hospes_triage_verdict_t verdict = {
      /* An empty class says "unsure": the host's own rules judge then. */
      .class_ = hospes_text(is_urgent ? "after-sales" : reason.len > 0 ? "purchase" : ""),
      .priority = is_urgent ? EXPORTS_HOSPES_TRIAGE_PRIORITY_URGENT : EXPORTS_HOSPES_TRIAGE_PRIORITY_NORMAL,
      .language = hospes_text(language_of(text)),
      .sentiment = is_urgent ? -0.5 : 0,
  };
  HOSPES_LIST(verdict.tags, is_urgent);
  if (is_urgent) verdict.tags.ptr[0] = hospes_text("safety");
  HOSPES_LIST(verdict.reasons, reason.len > 0);
  if (reason.len > 0) verdict.reasons.ptr[0] = reason;
  return verdict;
}

bool exports_hospes_triage_classify(exports_hospes_triage_list_subject_t *subjects,
                                    exports_hospes_triage_list_verdict_t *ret, hospes_types_error_t *error) {
  (void)error;
  HOSPES_LIST(*ret, subjects->len);
  for (size_t at = 0; at < subjects->len; at++) ret->ptr[at] = judge(subjects->ptr[at].text);
  return true;
}
