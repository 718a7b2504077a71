// What the console's pages do better with scripts than without. No page needs it.
(() => {
  // Each request proves that it comes from one of the host's own pages.
  document.addEventListener("htmx:config:request", (event) => {
    const token = document.querySelector("meta[name=csrf-token]")?.content;
    if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  });

  // A stream that was refused or has ended for good is asked for again: hx-sse comes back by itself only to one that it
  // has had. When the session has ended, the answer says so on the page, and that is all.
  const follow = (source, pause) => setTimeout(() => htmx.trigger(source, "again"), pause);
  document.addEventListener("htmx:finally:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    const refused = response?.status !== 200 && response?.status !== 401;
    if (refused && sourceElement.hasAttribute("hx-sse:connect")) follow(sourceElement, 5_000);
  });
  document.addEventListener("htmx:sse:error", (event) => {
    if (event.detail.status === 401) event.detail.connection.config.reconnect = false;
  });
  document.addEventListener("htmx:sse:close", (event) => {
    if (event.detail.reason === "ended") follow(event.target, 0);
  });

  // Times in full are told in the reader's own time zone.
  const local = (root) => {
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    for (const time of root.querySelectorAll("time[datetime]")) {
      time.title = format.format(new Date(time.dateTime));
      if (time.hasAttribute("data-full")) time.textContent = time.title;
    }
  };
  local(document);
  document.addEventListener("htmx:after:settle", () => local(document));

  // What isn't sent yet outlives the page: kept in this browser for who wrote it, until it is sent or they sign out.
  const me = document.body.dataset.user;
  const store = (change) => {
    // A browser may keep nothing; then there is nothing to bring back.
    try { return change(localStorage); } catch { return null; }
  };
  const slot = (field) => `draft:${me}:${field.dataset.draft}`;
  const drafts = (own) => store((kept) => {
    for (const key of Object.keys(kept)) if (key.startsWith("draft:") && !own(key)) kept.removeItem(key);
  });
  if (me) drafts((key) => key.startsWith(`draft:${me}:`));
  for (const field of document.querySelectorAll("[data-draft]")) {
    if (!field.value) field.value = store((kept) => kept.getItem(slot(field))) ?? "";
  }
  document.addEventListener("input", ({ target: field }) => {
    if (!field.dataset?.draft) return;
    store((kept) => (field.value.trim() ? kept.setItem(slot(field), field.value) : kept.removeItem(slot(field))));
  });
  const forget = (form) => {
    for (const field of form.querySelectorAll("[data-draft]")) store((kept) => kept.removeItem(slot(field)));
  };
  document.addEventListener("submit", ({ target: form }) => {
    if (form.getAttribute("action") === "/sign-out") drafts(() => false);
    // What is sent by htmx may fail; any other form takes the page with it, and comes back with its text if it does.
    if (!window.htmx || !form.hasAttribute("hx-post")) forget(form);
  });

  // A form that was sent closes and is empty again, and work goes on at the place that it names.
  const done = ({ request, response }) => response?.status === 200 && request.form?.method === "post" && request.form;
  document.addEventListener("htmx:after:request", (event) => {
    const form = done(event.detail.ctx);
    if (!form) return;
    forget(form);
    form.reset();
    const details = form.closest("details:not(.menu)");
    if (details) details.open = false;
  });
  // Who went to another place before the answer came stays there, with what is being written.
  const underway = new Map();
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    if (ctx.request.form?.method !== "post") return;
    let end;
    const answered = new Promise((resolve) => (end = resolve));
    underway.set(ctx, { from: document.activeElement, answered, end });
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    const sent = underway.get(ctx);
    underway.delete(ctx);
    sent?.end();
    const form = done(ctx);
    if (!form) return;
    const now = document.activeElement ?? document.body;
    if (now !== document.body && now !== sent?.from && !form.contains(now)) return;
    const places = form.dataset.focus?.split(", ") ?? [];
    places.map((place) => document.querySelector(place)).find(Boolean)?.focus();
  });

  // What the stream brings meanwhile is shown after the answer, which may be older and would put back what was before;
  // and not at all if the answer is newer.
  document.addEventListener("htmx:sse:before:message", ({ detail }) => {
    const answers = [...underway.values()].map(({ answered }) => answered);
    detail.waitUntil(Promise.all(answers).then(() => {
      if (detail.message.id < document.getElementById("main").dataset.drawn) detail.cancelled = true;
    }));
  });

  // What is unread is counted in the title, too.
  document.addEventListener("htmx:after:swap", () => {
    const count = Number(document.querySelector("#bell a")?.dataset.count ?? 0);
    const title = document.title.replace(/^\(\d+\+?\) /, "");
    document.title = count > 0 ? `(${count > 99 ? "99+" : count}) ${title}` : title;
  });

  // Files that are too large are refused before they are sent.
  document.addEventListener("change", ({ target: input }) => {
    if (!input.dataset?.most) return;
    const bytes = [...input.files].reduce((sum, file) => sum + file.size, 0);
    input.setCustomValidity(bytes > Number(input.dataset.most) ? input.dataset.tooLarge : "");
    input.reportValidity();
  });

  // A menu closes when something else is clicked, or by Escape.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Ctrl+Enter, or Command+Enter, sends what is being written.
  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea");
    if (sends) event.target.form?.requestSubmit();
  });

  // Ctrl+K, or the lens, asks for a record or a place to go from everywhere; arrows walk through what is found.
  const finder = document.getElementById("finder");
  const ask = () => {
    finder.showModal();
    const field = finder.querySelector("input");
    field.select();
    htmx.trigger(field, "input");
  };
  document.addEventListener("keydown", (event) => {
    if (!finder) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      return finder.open ? finder.close() : ask();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!finder.open || !step) return;
    event.preventDefault();
    const stops = [finder.querySelector("input"), ...finder.querySelectorAll(".hits a")];
    const at = stops.indexOf(document.activeElement);
    stops[(at + step + stops.length) % stops.length].focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target === finder) finder.close();
    if (!finder || !event.target.closest?.(".seek") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    ask();
  });
})();
