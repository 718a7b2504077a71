/* `identity`: how frame numbers are written, by which a bicycle's owner is known. */
#include "shop.h"

static bool normalize(hospes_types_identity_t *identity, hospes_types_error_t *error) {
  /* Only the manifest's `[[wants.identities]]` come; accounts of the app are right as they are. */
  if (!hospes_equal(identity->scheme, "bike-frame")) return true;
  hospes_string_t made = hospes_format("%.*s", HOSPES_ARG(identity->value));
  made.len = 0;
  bool fits = true;
  for (size_t at = 0; at < identity->value.len; at++) {
    uint8_t sign = identity->value.ptr[at];
    if (sign == ' ' || sign == '-') continue;
    if (sign >= 'a' && sign <= 'z') sign -= 'a' - 'A';
    fits &= (sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9');
    made.ptr[made.len++] = sign;
  }
  if (!fits || made.len < 6 || made.len > 17) {
    return hospes_fail(error, "invalid", "\"%.*s\" is no frame number: those have 6 to 17 letters and digits.",
                       HOSPES_ARG(identity->value));
  }
  identity->value = made;
  return true;
}

bool exports_hospes_identity_normalize(exports_hospes_identity_list_identity_t *identities,
                                       exports_hospes_identity_list_identity_t *ret, hospes_types_error_t *error) {
  *ret = *identities;
  for (size_t at = 0; at < ret->len; at++) {
    if (!normalize(&ret->ptr[at], error)) return false;
  }
  return true;
}

bool exports_hospes_identity_compare(exports_hospes_identity_list_pair_t *pairs,
                                     exports_hospes_identity_list_evidence_t *ret, hospes_types_error_t *error) {
  (void)error;
  bool chinese = staff_is_chinese();
  HOSPES_LIST(*ret, pairs->len);
  for (size_t at = 0; at < pairs->len; at++) {
    /* Logarithms of likelihood ratios. Bicycles are sold on, so a frame isn't proof; people own several, so two frames say
     * little. */
    bool same = hospes_same(pairs->ptr[at].left.value, pairs->ptr[at].right.value);
    ret->ptr[at].weight = same ? 6 : -1;
    ret->ptr[at].reason = same ? pick(chinese, "车架号相同", "the same frame number")
                               : pick(chinese, "车架号不同", "different frame numbers");
  }
  return true;
}
