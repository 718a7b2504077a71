/* Knows how the shop's member numbers are written. */
bool exports_hospes_identity_normalize(exports_hospes_identity_list_identity_t *identities,
                                       exports_hospes_identity_list_identity_t *ret, hospes_types_error_t *error) {
  (void)error;
  *ret = *identities;
  for (size_t at = 0; at < ret->len; at++) ret->ptr[at].value = hospes_lower(hospes_trim(ret->ptr[at].value));
  return true;
}

bool exports_hospes_identity_compare(exports_hospes_identity_list_pair_t *pairs,
                                     exports_hospes_identity_list_evidence_t *ret, hospes_types_error_t *error) {
  (void)error;
  HOSPES_LIST(*ret, pairs->len);
  for (size_t at = 0; at < pairs->len; at++) {
    hospes_string_t left = pairs->ptr[at].left.value, right = pairs->ptr[at].right.value;
    bool same = hospes_same(left, right);
    ret->ptr[at].weight = same ? 4 : -4;
    ret->ptr[at].reason = hospes_text(same ? "the same number" : "two numbers");
  }
  return true;
}
