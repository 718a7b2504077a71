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
})();
