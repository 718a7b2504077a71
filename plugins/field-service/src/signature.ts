// A customer's signature: the name, and perhaps the image of the strokes, which becomes a file.

import * as hospes from 'hospes';

import { invalid } from './failure';
import type { Visit } from './store';
import type { Language } from './texts';

/** The largest image. */
const LARGEST = 256 * 1_024;
/** The longest name. */
const LONGEST_NAME = 100;

/** A signature as somebody sends it. */
export interface EnteredSignature {
  name: string;
  image?: string;
}

/** A signature that makes sense. */
export interface Signature {
  name: string;
  image?: { bytes: Uint8Array; mediaType: string; extension: string };
}

/** Uint8Array.fromBase64 of ES2026, which the engine has. */
type Base64 = { fromBase64(text: string): Uint8Array };

/** Looks at a signature that was sent. */
export function check(entered: EnteredSignature, language: Language): Signature {
  const name = entered.name.trim();
  if (name === '') throw invalid(language, '缺少签字人姓名', 'the name of who signed is missing');
  if ([...name].length > LONGEST_NAME) {
    throw invalid(language, `签字人姓名最长 ${LONGEST_NAME} 个字符`, `the name of who signed has ${LONGEST_NAME} characters at most`);
  }
  const encoded = (entered.image ?? '').replace(/^data:[^,]*,/, '').replace(/\s+/g, '');
  if (encoded === '') return { name };
  // Four characters hold three bytes, so what is too large needn't be decoded.
  if (encoded.length > Math.ceil(LARGEST / 3) * 4) throw tooLarge(language);
  const bytes = decoded(encoded, language);
  if (bytes.length > LARGEST) throw tooLarge(language);
  return { name, image: { bytes, ...kind(bytes, language) } };
}

const tooLarge = (language: Language) =>
  invalid(language, '签名图片超过 256 KiB', 'the image of the signature has more than 256 KiB');

function decoded(encoded: string, language: Language): Uint8Array {
  try {
    return (Uint8Array as unknown as Base64).fromBase64(encoded);
  } catch {
    throw invalid(language, '签名图片不是 base64', "the image of the signature isn't base64");
  }
}

/** What the image is, by its first bytes; another kind of file is refused. */
function kind(bytes: Uint8Array, language: Language): { mediaType: string; extension: string } {
  const begins = (...signs: number[]) => signs.every((sign, index) => bytes[index] === sign);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { mediaType: 'image/png', extension: 'png' };
  if (begins(0xff, 0xd8, 0xff)) return { mediaType: 'image/jpeg', extension: 'jpg' };
  throw invalid(language, '签名图片须为 PNG 或 JPEG', 'the image of the signature has to be PNG or JPEG');
}

/** Keeps the image as a file on the visit's ticket, or on its customer; its id, empty where there is neither. */
export function keep(signature: Signature, visit: Visit): string {
  const { image } = signature;
  const [kindOfRecord, id] = visit.ticket === '' ? ['customer', visit.customer] : ['ticket', visit.ticket];
  if (image === undefined || id === undefined || id === '') return '';
  const name = `signature-${visit.id}.${image.extension}`;
  const upload = hospes.attachments.create(kindOfRecord ?? 'ticket', id, name, image.mediaType);
  upload.append(image.bytes);
  return upload.finish();
}
