/* Says where the provider keeps a file; the host fetches it. */
bool exports_hospes_channel_media_fetch(hospes_types_media_t *media, hospes_http_request_t *ret,
                                        hospes_types_error_t *error) {
  (void)error;
  hospes_string_t reference = hospes_url_encoded(media->reference);
  *ret = hospes_request("GET", hospes_format("https://api.example.com/files/%.*s", HOSPES_ARG(reference)));
  return true;
}
