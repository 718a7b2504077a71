/* `channel-media`: where the app keeps pictures. The host sends the request itself, so that a picture never has to fit into
 * the sandbox. */
#include "shop.h"

bool exports_hospes_channel_media_fetch(hospes_types_media_t *media, hospes_http_request_t *ret,
                                        hospes_types_error_t *error) {
  if (media->reference.len == 0) return hospes_fail(error, "not-found", "The app has given this picture no id.");
  hospes_string_t reference = hospes_url_encoded(media->reference);
  *ret = request_with("token", "GET", hospes_format(APP "/files/%.*s", HOSPES_ARG(reference)));
  return true;
}
