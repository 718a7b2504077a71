// What lists and forms of records do better with scripts than without. No page needs it.
(() => {
  const typing = (target) => target.closest?.("input, select, textarea, [contenteditable]");
  const rows = () => [...document.querySelectorAll(".records tbody tr")];
  const link = (row) => row?.querySelector("th a");

  // j and k go down and up, x chooses, n begins a new one, / goes to the search.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) && event.target.type !== "checkbox") return;
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const act = {
      j: () => link(all[Math.min(at + 1, all.length - 1)])?.focus(),
      k: () => link(all[Math.max(at - 1, 0)])?.focus(),
      x: () => all[at]?.querySelector("[name=id]")?.click(),
      n: () => document.querySelector("#new")?.click(),
      "/": () => document.querySelector("#filter [type=search]")?.focus(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // With shift all rows between two are chosen.
  let last = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".records [name=id]");
    if (!box) return;
    const boxes = rows().map((row) => row.querySelector("[name=id]"));
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((one, other) => one - other);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
  });

  // A record is named by what it is called: what fits is suggested while one types.
  let asked;
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("[data-find]");
    if (!field?.dataset.find) return;
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const list = document.getElementById(`${field.id}-list`) ?? document.createElement("datalist");
      list.id = `${field.id}-list`;
      field.after(list);
      field.setAttribute("list", list.id);
      const address = `/suggest/${field.dataset.find}?q=${encodeURIComponent(field.value)}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" } });
      if (answer.ok) list.innerHTML = await answer.text();
    }, 150);
  });

  // What was typed and not sent isn't left behind unasked.
  const isChanged = (field) => {
    if (field.type === "checkbox") return field.checked !== field.defaultChecked;
    // Where nothing was chosen, the first is.
    if (field.options) return field.selectedIndex !== Math.max([...field.options].findIndex((one) => one.defaultSelected), 0);
    return field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  };
  const changed = () =>
    [...document.querySelectorAll("form[data-keep]")].some((form) => [...form.elements].some(isChanged));
  let sent = false;
  document.addEventListener("submit", () => (sent = true));
  addEventListener("beforeunload", (event) => {
    if (!sent && changed()) event.preventDefault();
  });
})();
