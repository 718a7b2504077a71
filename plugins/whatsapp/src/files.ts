// Files: those that customers send and those that go out.

import * as hospes from 'hospes';
import type { Media } from 'hospes:plugin/types@0.1.0';

import * as graph from './graph';
import { type Json, text } from './json';

/** A file as WhatsApp knows it: by an id, or by an address from which it gets it. */
export type Placed = { id: string } | { link: string };
/** Makes a file known to WhatsApp. */
export type Place = (media: Media) => Placed;

/** What of a file goes into one request: a request's body has 1 MiB at most, with what stands around the file. */
const LARGEST_UPLOAD = 1_000_000;
/** A chunk as the host hands files out. */
const CHUNK = 1 << 20;

// The types that WhatsApp takes as such; all others are documents.
const IMAGES = ['image/jpeg', 'image/png'];
const VIDEOS = ['video/mp4', 'video/3gpp'];
const AUDIO = ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'];

/** As which kind of message a file of this type goes out. */
export function kind(mediaType: string): 'image' | 'video' | 'audio' | 'document' {
  const type = (mediaType.split(';')[0] ?? '').trim().toLowerCase();
  if (IMAGES.includes(type)) return 'image';
  if (VIDEOS.includes(type)) return 'video';
  return AUDIO.includes(type) ? 'audio' : 'document';
}

/** The message that carries a file. */
export function message(media: Media, placed: Placed, caption: Json): Json {
  const type = kind(media.mediaType);
  const name = type === 'document' && media.name !== '' ? { filename: media.name } : {};
  return { type, [type]: { ...placed, ...caption, ...name } };
}

/** Makes a file known to WhatsApp: one with an address is fetched by WhatsApp, one that the host keeps is handed over. */
export function place(media: Media): Placed {
  if (/^https?:\/\//.test(media.reference)) return { link: media.reference };
  if (/^[0-9]{5,30}$/.test(media.reference)) return { id: media.reference };
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(media.reference)) return { id: upload(media) };
  throw new hospes.HospesError(
    'unsupported',
    `The file "${media.name}" is neither kept here nor has it an address or a media id of WhatsApp.`,
  );
}

/** Hands a file over (`POST /{phone-number-id}/media`) and returns the id that it has there. */
function upload(media: Media): string {
  const file = hospes.attachments.open(media.reference);
  const size = Number(file.size());
  if (size > LARGEST_UPLOAD) {
    throw new hospes.HospesError(
      'limit-exceeded',
      `The file "${media.name}" has ${size} bytes; this channel hands ${LARGEST_UPLOAD} over. Send its address instead.`,
    );
  }
  const boundary = `hospes-${media.reference}`;
  const type = media.mediaType || 'application/octet-stream';
  const name = (media.name || 'file').replace(/[\r\n"\\]/g, '_');
  const field = (key: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
  const head = field('messaging_product', 'whatsapp') + field('type', type)
    + `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}\r\n\r\n`;
  const body = joined([hospes.bytes(head), file.read(0, CHUNK), hospes.bytes(`\r\n--${boundary}--\r\n`)]);
  const to = graph.address(`${graph.phoneNumberId()}/media`);
  const answer = graph.send(graph.request('POST', to, { tag: 'bytes', val: body }, `multipart/form-data; boundary=${boundary}`));
  const id = text(answer.id);
  if (id === '') throw new hospes.HospesError('failed', `WhatsApp took the file "${media.name}" and named no id for it.`);
  return id;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The request for a file that a customer sent. WhatsApp says for its id at which address it can be had for five minutes, with
 * the same token.
 */
export function source(media: Media): graph.Untimed {
  if (!/^[\w.-]{1,128}$/.test(media.reference)) {
    throw new hospes.HospesError('not-found', `"${media.reference}" is no media id of WhatsApp.`);
  }
  const number = text(hospes.config.get('phone-number-id'));
  const query = number === '' ? '' : `?phone_number_id=${number}`;
  const answer = graph.send(graph.request('GET', graph.address(`${media.reference}${query}`)));
  const url = text(answer.url);
  const allowed = text(hospes.config.get('media-url')).replace(/\/+$/, '');
  // The token goes along, so it goes nowhere else.
  if (!url.startsWith(`${allowed}/`)) {
    throw new hospes.HospesError('unsupported', `WhatsApp names "${url.slice(0, 200)}" for the file, which isn't below ${allowed}/.`);
  }
  return graph.request('GET', url);
}
