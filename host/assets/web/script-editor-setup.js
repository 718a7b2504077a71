// What CodeMirror is set up with for the console: languages, completion, marks of errors, look and texts. It stands in
// a shadow root, because the pages' policy lets no script add a style element, but lets a root adopt a style sheet.
import {
  EditorState, EditorView, HighlightStyle, StreamLanguage, acceptCompletion, autocompletion, bracketMatching,
  closeBrackets, closeBracketsKeymap, completeAnyWord, defaultKeymap, forEachDiagnostic, highlightSpecialChars, history,
  historyKeymap, ifNotIn, indentOnInput, indentWithTab, javascript, json, keymap, lineNumbers, lintGutter,
  nextDiagnostic, previousDiagnostic, search, searchKeymap, setDiagnostics, syntaxHighlighting, tags, toml,
} from "./vendor/codemirror-6.43.15.min.js";
import { look, phrases } from "./script-editor-look.js";

const languages = {
  typescript: () => javascript({ typescript: true }),
  javascript: () => javascript(),
  json,
  toml: () => StreamLanguage.define(toml),
};

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.escape], color: "var(--warn)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--bad)" },
]);

// Words of the text come without a type, so that a variable that is known by its type isn't listed twice.
const words = (context) => {
  const found = completeAnyWord(context);
  return found && { ...found, options: found.options.map(({ label }) => ({ label })) };
};

// Names with dots, such as hospes.kv.get, are one name: each further part narrows the list.
const known = (names) => {
  const options = names.map((name) => (typeof name === "string" ? { label: name } : name));
  return ifNotIn(["String", "TemplateString", "LineComment", "BlockComment"], (context) => {
    const typed = context.matchBefore(/[\w$][\w$.]*/);
    return typed && { from: typed.from, options, validFor: /^[\w$.]*$/ };
  });
};

// Tab indents; Escape makes the next Tab leave. CodeMirror gives two seconds for it, too few for slow hands.
const leave = (view) => {
  view.setTabFocusMode(60_000);
  return true;
};
const keys = [
  { key: "Tab", run: acceptCompletion },
  ...closeBracketsKeymap,
  ...defaultKeymap,
  ...searchKeymap,
  ...historyKeymap,
  { key: "F8", run: nextDiagnostic, shift: previousDiagnostic },
  indentWithTab,
  { key: "Escape", run: leave },
];

// An editor of `text` in `root`. `changed` gets each new text.
export const createView = (root, { text, language, label, description, readOnly, names, changed }) => {
  // Names of elements don't reach into a shadow root: what describes the field is copied.
  const note = document.createElement("span");
  note.id = "description";
  note.hidden = true;
  note.textContent = description;
  // A place in the order of Tab of its own: what can be edited has one in browsers, and not for who checks pages.
  const attributes = { tabindex: "0", "aria-label": label, ...(description && { "aria-describedby": note.id }) };
  const sources = [words, ...(names.length ? [known(names)] : [])];
  const state = EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      lintGutter(),
      highlightSpecialChars(),
      history(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false }),
      search({ top: true }),
      syntaxHighlighting(colours),
      keymap.of(keys),
      languages[language]?.() ?? [],
      EditorState.languageData.of(() => sources.map((autocomplete) => ({ autocomplete }))),
      EditorState.readOnly.of(readOnly),
      EditorState.phrases.of(phrases()),
      EditorView.contentAttributes.of(attributes),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString());
      }),
      look,
    ],
  });
  const view = new EditorView({ state, root, parent: root });
  root.append(note);
  return view;
};

// Another text as one step, which can be undone.
export const replace = (view, text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });

// Columns count characters, as the host does; CodeMirror counts UTF-16's units.
const place = (doc, { line, column }) => {
  const { from, to, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  if (!column) return { from: from + text.search(/\S|$/), to };
  const at = from + [...text].slice(0, column - 1).join("").length;
  return { from: at, to: Math.min(at + Math.max(/^[\w$]*/.exec(text.slice(at - from))[0].length, 1), to) };
};

// Marks errors. What is returned for each is what `goTo` takes.
export const mark = (view, faults) => {
  const marks = faults.map(({ severity = "error", message, ...at }) => ({
    ...place(view.state.doc, at), severity, message,
  }));
  view.dispatch(setDiagnostics(view.state, marks));
  return marks;
};

// Puts the cursor to an error, which has moved with the text since it was marked.
export const goTo = (view, mark) => {
  let at = Math.min(mark.from, view.state.doc.length);
  forEachDiagnostic(view.state, (one, from) => {
    if (one === mark) at = from;
  });
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
};
