// Shortens text.

/**
 * At most so many UTF-16 units of a text, with an ellipsis in place of the rest. No character is cut in two, nor is one
 * separated from what belongs to it on screen: skin colours, joined emoji, accents.
 */
export function cut(given: string, longest: number): string {
  if (given.length <= longest) return given;
  let end = longest - 1;
  while (end > 0 && clings(given, end)) end -= 1;
  return `${given.slice(0, end).trimEnd()}…`;
}

/** Whether the unit at a place belongs to the one before. */
function clings(given: string, at: number): boolean {
  return /^(?:[\u200d\ufe0e\ufe0f\u0300-\u036f\udc00-\udfff]|\ud83c[\udffb-\udfff])/.test(given.slice(at, at + 2))
    || given[at - 1] === '\u200d';
}
