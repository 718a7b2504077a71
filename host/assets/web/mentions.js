// Names of colleagues and teams after an @ in a comment, chosen with the keyboard or by a click. Without scripts the name
// is typed, and the host finds whose it is.
(() => {
  // What stands between the @ and the caret, if a name may begin there.
  const begun = (field) => /(?:^|[^A-Za-z0-9._%+-])[@＠]([^@＠\n[\]]{0,40})$/u.exec(field.value.slice(0, field.selectionStart));
  const list = (field) => document.getElementById(field.dataset.mentions);
  const shown = (names) => [...names.children].filter((name) => !name.hidden);

  const close = (field) => {
    list(field).hidden = true;
    field.removeAttribute("aria-activedescendant");
    document.getElementById("names-status").textContent = "";
  };
  const choose = (field, name) => {
    for (const one of list(field).children) one.setAttribute("aria-selected", String(one === name));
    field.setAttribute("aria-activedescendant", name.id);
    name.scrollIntoView({ block: "nearest" });
  };
  const look = (field) => {
    const typed = begun(field)?.[1]?.toLowerCase();
    if (typed === undefined) return close(field);
    const names = list(field);
    for (const name of names.children) {
      const keys = name.dataset.keys.split(" ");
      name.hidden = !(name.textContent.toLowerCase().includes(typed) || keys.some((key) => key.startsWith(typed)));
    }
    const found = shown(names).slice(0, 8);
    for (const name of shown(names).slice(8)) name.hidden = true;
    if (!found.length) return close(field);
    names.hidden = false;
    const status = document.getElementById("names-status");
    status.textContent = `${found.length} ${status.dataset.one}`;
    choose(field, found[0]);
  };
  const insert = (field, name) => {
    const end = field.selectionStart;
    field.setRangeText(name.dataset.written, end - begun(field)[1].length - 1, end, "end");
    close(field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close(field);
  };

  document.addEventListener("input", ({ target: field }) => {
    if (field.matches?.("[data-mentions]")) look(field);
  });
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!field.matches?.("[data-mentions]") || list(field).hidden || event.isComposing) return;
    const found = shown(list(field));
    const at = found.findIndex((name) => name.getAttribute("aria-selected") === "true");
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) choose(field, found[(at + moves[event.key] + found.length) % found.length]);
    else if (event.key === "Escape") close(field);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") insert(field, found[Math.max(at, 0)]);
    else return;
    event.preventDefault();
  });
  // A press would take the focus from the field before the click.
  document.addEventListener("mousedown", (event) => {
    const name = event.target.closest?.("[role=option][data-written]");
    if (!name) return;
    event.preventDefault();
    insert(document.querySelector("[data-mentions]"), name);
  });
  document.addEventListener("focusout", ({ target: field }) => {
    if (field.matches?.("[data-mentions]")) close(field);
  });
})();
