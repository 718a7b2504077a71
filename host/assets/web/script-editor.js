// A <textarea data-editor> becomes a code editor. The textarea stays the form's field and follows each change, so that
// forms and htmx send it as ever; without scripts it is what one writes in.
import { createView, goTo, mark, replace } from "./script-editor-setup.js";
import { dropSaved, keep, kept, same } from "./script-editor-drafts.js";

const editors = new Set();
const of = (field) => [...editors].find((editor) => editor.field === field);
const text = (editor) => editor.view.state.doc.toString();
const isUnsaved = (editor) => !same(text(editor), editor.saved);
// The form that takes the page with it.
let leaving = null;

const labelOf = (field) => {
  const read = (label) => {
    const copy = label.cloneNode(true);
    for (const part of copy.querySelectorAll("textarea")) part.remove();
    return copy.textContent.trim();
  };
  return [...field.labels].map(read).join(" ") || field.getAttribute("aria-label") || field.name;
};
const descriptionOf = (field) => {
  const ids = field.getAttribute("aria-describedby")?.split(/\s+/) ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent.trim() ?? "").join(" ");
};

const changed = (editor, now) => {
  leaving = null;
  editor.field.value = now;
  keep(editor.field, isUnsaved(editor) ? now : null);
  editor.field.dispatchEvent(new Event("input", { bubbles: true }));
};

const create = (field) => {
  const host = document.createElement("div");
  host.className = "code-editor";
  const editor = { field, host, faults: "" };
  // The page's own keys of one letter aren't meant by what is typed here; from outside it doesn't look like a field.
  host.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  editor.view = createView(host.attachShadow({ mode: "open" }), {
    text: field.value,
    language: field.dataset.editor,
    label: labelOf(field),
    description: descriptionOf(field),
    readOnly: field.readOnly || field.matches(":disabled"),
    names: JSON.parse(field.dataset.names ?? "[]"),
    changed: (now) => changed(editor, now),
  });
  editors.add(editor);
  return editor;
};

// What the server gives with `data-changed` came back unsaved, with errors or from a trial; anything else is saved.
const take = (editor) => {
  const { field } = editor;
  const given = field.defaultValue;
  const isNew = editor.given !== undefined && !same(given, editor.given) && !same(given, editor.sent);
  editor.given = given;
  editor.saved = field.hasAttribute("data-changed") ? undefined : given;
  // Whoever writes on while an answer is on its way is further than the answer.
  if (isNew) replace(editor.view, given);
  if (editor.saved !== undefined) dropSaved(field, given);
  const now = text(editor);
  if (isUnsaved(editor) && now !== given) keep(field, now);
};

const attach = (editor) => {
  const { field, host, view } = editor;
  field.setAttribute("aria-hidden", "true");
  field.tabIndex = -1;
  // Not within the label: a click there would count as one on the label.
  const before = field.closest("label") ?? field;
  if (before.nextElementSibling !== host) {
    before.after(host);
    if (editor.scrolled) view.dispatch({ effects: editor.scrolled });
  }
  if (field.value !== text(editor)) field.value = text(editor);
  if (document.activeElement === field) view.focus();
};

const markFaults = (editor) => {
  const list = document.querySelector(`.faults[data-of="${CSS.escape(editor.field.id)}"]`);
  // What is marked already has moved with the text.
  if ((list?.outerHTML ?? "") === editor.faults) return;
  const items = [...(list?.querySelectorAll("li[data-line]") ?? [])];
  const marks = mark(editor.view, items.map((item) => ({
    line: Number(item.dataset.line),
    column: Number(item.dataset.column ?? 0),
    severity: item.dataset.severity,
    message: item.textContent.trim(),
  })));
  items.forEach((item, at) => {
    let button = item.querySelector("button");
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.append(...item.childNodes);
      item.append(button);
    }
    button.onclick = () => goTo(editor.view, marks[at]);
  });
  editor.faults = list?.outerHTML ?? "";
};

const showOffer = () => {
  const notice = document.querySelector("[data-unsaved]");
  if (notice) notice.hidden = ![...editors].some((editor) => editor.offered);
};

// Editors for the textareas that the page has now. Where htmx has put a new textarea in the place of an old one, the
// editor stays: cursor, place and what can be undone belong to it.
const scan = () => {
  const fields = [...document.querySelectorAll("textarea[data-editor]")];
  for (const editor of editors) {
    if (editor.field.isConnected) continue;
    const { name, dataset } = editor.field;
    const heir = fields.find((field) => field.name === name && field.dataset.editor === dataset.editor && !of(field));
    if (heir) {
      editor.field = heir;
      take(editor);
    } else {
      editors.delete(editor);
      editor.view.destroy();
      editor.host.remove();
    }
  }
  for (const field of fields) {
    let editor = of(field);
    if (!editor) {
      editor = create(field);
      take(editor);
      const draft = kept(field);
      if (draft !== null && !same(draft, text(editor))) editor.offered = draft;
    } else if (field.defaultValue !== editor.given) take(editor);
    attach(editor);
    markFaults(editor);
  }
  showOffer();
};
scan();

let focused;
document.addEventListener("htmx:before:swap", () => {
  focused = [...editors].find((editor) => editor.view.hasFocus);
  for (const editor of editors) editor.scrolled = editor.view.scrollSnapshot();
});
document.addEventListener("htmx:after:swap", () => {
  scan();
  if (editors.has(focused) && document.activeElement === document.body) focused.view.focus();
});

// A click on the label, or whoever else means the field, means the editor.
document.addEventListener("focusin", ({ target }) => of(target)?.view.focus());

// console.js empties a form that was sent, which isn't meant for what somebody writes on.
document.addEventListener("reset", ({ target: form }) => setTimeout(() => {
  for (const editor of editors) if (editor.field.form === form) editor.field.value = text(editor);
}));

// What was folded away has no sizes until it is unfolded.
document.addEventListener("toggle", ({ target }) => {
  for (const editor of editors) if (target.contains(editor.host)) editor.view.requestMeasure();
}, true);

// What was sent by the button that saves is saved when the host has taken it.
const sentBy = ({ request, sourceElement }) => [...editors].filter(({ field }) => {
  return field.form === (request.form ?? sourceElement.form) && (request.submitter ?? sourceElement).matches("[data-save]");
});
document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  for (const editor of editors) if (editor.field.form === ctx.request.form) editor.sent = text(editor);
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (!(ctx.response?.status >= 200 && ctx.response.status < 300)) return;
  for (const editor of sentBy(ctx)) {
    editor.saved = editor.sent;
    keep(editor.field, isUnsaved(editor) ? text(editor) : null);
  }
});

// Text that isn't saved isn't left behind unasked.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) leaving = event.target;
});
addEventListener("beforeunload", (event) => {
  if ([...editors].some((editor) => isUnsaved(editor) && editor.field.form !== leaving)) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const restores = target.closest?.("[data-restore]");
  if (!restores && !target.closest?.("[data-discard]")) return;
  for (const editor of editors) {
    if (!editor.offered) continue;
    if (restores) replace(editor.view, editor.offered);
    else keep(editor.field, isUnsaved(editor) ? text(editor) : null);
    editor.view.focus();
    editor.offered = null;
  }
  showOffer();
});

// Ctrl+S saves and Ctrl+Enter tries, from each field of the form: before the editor makes a new line of it.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.isComposing) return;
  const wanted = { s: "[data-save]", enter: "[data-try]" }[event.key.toLowerCase()];
  const form = event.target.closest?.("form") ?? [...editors][0]?.field.form;
  const button = wanted && [...(form?.elements ?? [])].find((element) => element.matches(wanted));
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  if (!event.repeat) button.click();
}, true);
