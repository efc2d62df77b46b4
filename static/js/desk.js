// A lead's desk: walking over the cards with keys, selecting several, and what only time changes. Everything here is
// also a plain form or a link on the page; this only makes it quicker.
(() => {
  const KEYS = "fencepost:keys";
  const UNDONE_AFTER = 60_000;
  const STEADY = 450; // ms in which a second tap of the same hand lands neither on the next step nor on Undo
  const cards = () => [...document.querySelectorAll("[data-action]")];
  const here = () => document.activeElement?.closest?.("[data-action]");
  const read = () => { try { return localStorage.getItem(KEYS); } catch { return null; } };
  const drawn = new WeakMap();

  // Cards: what changed a moment ago takes no second tap, and its Undo goes when its minute is over.
  const watch = (since) => {
    for (const card of cards()) {
      if (drawn.has(card)) continue;
      drawn.set(card, since);
      const undo = card.querySelector("[data-undo]");
      if (undo) setTimeout(() => undo.remove(), UNDONE_AFTER);
    }
  };
  document.addEventListener("submit", (event) => {
    const card = event.target.closest?.("[data-action]");
    if (!card || performance.now() - (drawn.get(card) ?? -STEADY) >= STEADY) return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  // Of the toasts that offer Undo only the newest stays: the cards keep theirs.
  const onlyTheNewest = () => {
    const offers = [...document.querySelectorAll("#toasts [data-toast]:has(form)")];
    for (const old of offers.slice(0, -1)) old.remove();
  };

  const bar = () => document.getElementById("together");
  const ticked = () => [...document.querySelectorAll('[data-action] [name="action"]:checked')];
  const count = () => {
    if (!bar()) return;
    const number = ticked().length;
    bar().dataset.selected = String(number);
    bar().querySelector("[data-together-words]").textContent = `${number} selected:`;
  };
  document.addEventListener("change", (event) => { if (event.target.name === "action") count(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-toggles-keys]")) {
      try { localStorage.setItem(KEYS, read() === "off" ? "on" : "off"); } catch { /* private mode */ }
      sayKeys();
    }
    const table = event.target.closest("[data-exports]");
    if (!table) return;
    // A file is no swap: leave it to the browser.
    event.preventDefault();
    location.assign(`${table.getAttribute("formaction")}?${new URLSearchParams(new FormData(table.form))}`);
  });

  const walk = (step) => {
    const all = cards();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const sayKeys = () => {
    const off = read() === "off";
    for (const button of document.querySelectorAll("[data-toggles-keys]")) {
      button.textContent = off ? "Switch shortcuts on" : "Switch shortcuts off";
      button.setAttribute("aria-pressed", String(off));
    }
  };
  const undo = () => (here()?.querySelector("[data-undo]") ?? document.querySelector("#toasts [data-toast]:last-child form") ?? document.querySelector("[data-undo]"))?.requestSubmit();
  const doing = {
    j: () => walk(1),
    k: () => walk(-1),
    o: () => here()?.querySelector("[data-opens-action]").click(),
    x: () => here()?.querySelector('[name="action"]').click(),
    a: () => here()?.querySelector("[data-obvious]")?.click(),
    u: undo,
    "/": () => document.getElementById("search")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key === "a") return;
    if (event.target.closest?.("textarea, select, [contenteditable], dialog[open], input:not([type=checkbox])")) return;
    if (event.key === "Enter") {
      if (document.activeElement?.matches("[data-action]")) doing.o();
      return;
    }
    if (read() === "off" || !Object.hasOwn(doing, event.key)) return;
    event.preventDefault();
    doing[event.key]();
  });

  // A card whose form was open is drawn anew: who was at it stays at it.
  let acted = null;
  document.addEventListener("submit", (event) => { acted = event.target.closest?.("[data-action]")?.id ?? null; });
  const stayAtIt = () => {
    const card = acted && document.getElementById(acted);
    acted = null;
    if (!card || card.contains(document.activeElement) || document.activeElement !== document.body) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:after:swap", stayAtIt);
  document.addEventListener("htmx:after:swap", () => { watch(performance.now()); onlyTheNewest(); count(); });
  watch(-STEADY);
  count();
  sayKeys();
})();
