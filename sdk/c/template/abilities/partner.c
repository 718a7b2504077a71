/* Joins a partner's system; this one accepts everything and has twelve of each. */
bool exports_hospes_partner_push(exports_hospes_partner_list_share_t *shares,
                                 exports_hospes_partner_list_receipt_t *ret, hospes_types_error_t *error) {
  (void)error;
  HOSPES_LIST(*ret, shares->len);
  for (size_t at = 0; at < shares->len; at++) {
    ret->ptr[at] = (exports_hospes_partner_receipt_t){.share = shares->ptr[at].id, .accepted = true};
  }
  return true;
}

bool exports_hospes_partner_query(exports_hospes_partner_query_request_t *request, hospes_types_table_t *ret,
                                  hospes_types_error_t *error) {
  if (!hospes_equal(request->name, "stock")) {
    return hospes_fail(error, "unsupported", "it knows nothing of %.*s", HOSPES_ARG(request->name));
  }
  bool chinese = hospes_starts_with(request->language, "zh");
  *ret = (hospes_types_table_t){0};
  HOSPES_LIST(ret->columns, 2);
  ret->columns.ptr[0].name = hospes_text("product");
  ret->columns.ptr[0].title = hospes_text(chinese ? "型号" : "Product");
  ret->columns.ptr[1].name = hospes_text("available");
  ret->columns.ptr[1].title = hospes_text(chinese ? "库存" : "Available");
  HOSPES_LIST(ret->rows, 1);
  HOSPES_LIST(ret->rows.ptr[0], 2);
  hospes_string_t product = hospes_text_of(request->parameters.ptr, request->parameters.len, "product");
  ret->rows.ptr[0].ptr[0] = hospes_text_value(product);
  ret->rows.ptr[0].ptr[1] = hospes_integer_value(12);
  return true;
}
