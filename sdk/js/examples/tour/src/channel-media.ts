// `channel-media`: where the app keeps pictures.

import * as hospes from 'hospes';
import type { ChannelMedia } from 'hospes';

import { app } from './shop';

export const channelMedia: ChannelMedia = {
  /** The host sends the request itself, so that a picture never has to fit into the sandbox. */
  fetch(media) {
    if (media.reference === '') throw new hospes.HospesError('not-found', 'The app has given this picture no id.');
    return app('GET', `/files/${encodeURIComponent(media.reference)}`);
  },
};
