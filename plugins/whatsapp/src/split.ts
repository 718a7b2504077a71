// Cuts long texts into messages that WhatsApp takes.

/** The most that a message of text may hold. */
export const LONGEST_TEXT = 4_096;

/** Signs after which a text may be cut, from the best to the worst. */
const BREAKS = ['\n\n', '\n', /[。！？；…]|[.!?]\s/g, /\s/g] as const;

/**
 * Splits a text into parts of at most `longest` UTF-16 units (WhatsApp counts characters, of which there are never more): between
 * paragraphs where there is one in the second half, else lines, sentences, words, characters. Blanks at the cuts are
 * dropped; no part is empty.
 */
export function split(given: string, longest: number): string[] {
  const parts: string[] = [];
  let rest = given.trim();
  while (rest.length > longest) {
    const cut = place(rest, longest);
    const part = rest.slice(0, cut).trimEnd();
    if (part !== '') parts.push(part);
    rest = rest.slice(cut).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

/** Where to cut. A break in the first half is passed over for a finer one, so that no part is tiny. */
function place(given: string, longest: number): number {
  const window = given.slice(0, longest);
  for (const sign of BREAKS) {
    const end = typeof sign === 'string'
      ? window.lastIndexOf(sign) + sign.length
      : [...window.matchAll(sign)].reduce((_, found) => found.index + found[0].length, 0);
    if (end > longest / 2 && end <= longest) return end;
  }
  return joint(given, longest);
}

/** Whether the character at a place belongs to the one before: joined or coloured emoji, accents, half a character. */
function clings(given: string, at: number): boolean {
  return /^(?:[\u200d\ufe0e\ufe0f\u0300-\u036f\udc00-\udfff]|\ud83c[\udffb-\udfff])/.test(given.slice(at, at + 2))
    || given[at - 1] === '\u200d';
}

/** Moves a cut between characters back to where it separates nothing that belongs together on screen. */
function joint(given: string, end: number): number {
  let cut = end;
  while (cut > end - 40 && cut > 1 && clings(given, cut)) cut -= 1;
  return clings(given, cut) ? end - (/[\udc00-\udfff]/.test(given[end] ?? '') ? 1 : 0) : cut;
}
