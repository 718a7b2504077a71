// Text of editors that isn't saved yet outlives the page: kept in this browser by page and field. The key begins as that
// of all drafts does, so that console.js drops it when its writer signs out or somebody else signs in.
const prefix = `draft:${document.body.dataset.user ?? ""}:editor:`;
const slot = (field) => `${prefix}${location.pathname}:${field.name}`;
const store = (change) => {
  // A browser may keep nothing; then there is nothing to bring back.
  try { return change(localStorage); } catch { return null; }
};

// Whether two texts are one: a server may end a text as it likes.
export const same = (one, other) => one?.trimEnd() === other?.trimEnd();

// What was kept for a field.
export const kept = (field) => store((all) => all.getItem(slot(field)));

// Keeps a field's text, or drops it.
export const keep = (field, text) => {
  store((all) => (text === null ? all.removeItem(slot(field)) : all.setItem(slot(field), text)));
};

// Drops what a page shows as saved. It may have been written on another page: that of something new has no name yet.
export const dropSaved = (field, text) => store((all) => {
  for (const key of Object.keys(all)) {
    const own = key.startsWith(prefix) && key.endsWith(`:${field.name}`);
    if (own && same(all.getItem(key), text)) all.removeItem(key);
  }
});
