// The facilitator's board: drag entries between topics, a "Move to..." list for one tap, a sticky bar for many, and keys.
// Everything here is also a plain form on the page; this only makes it quicker.
(() => {
  const board = () => document.querySelector("[data-board]");
  const mover = () => document.getElementById("mover-form");
  const KEYS = "fencepost:keys";

  const post = async (address, fields) => {
    const body = new URLSearchParams();
    for (const [name, value] of fields) body.append(name, value);
    try {
      const answer = await fetch(address, { method: "POST", headers: { "HX-Request": "true", Accept: "text/html, application/json" }, body });
      if (answer.ok) return true;
      const problem = await answer.json().catch(() => ({}));
      document.dispatchEvent(new CustomEvent("fencepost:say", { detail: problem.detail ?? "That could not be done. Please try again." }));
    } catch {
      document.dispatchEvent(new CustomEvent("fencepost:say", { detail: "That could not be sent: the connection is gone. Please try again." }));
    }
    return false;
  };
  const moveTo = (entries, topic) => post(mover().action, [...entries.map((id) => ["entry", id]), ["topic", topic]]);

  // Drag and drop, by mouse and by touch. The server's redraw has the last word.
  const sortables = new Map();
  const arm = () => {
    for (const [element, sortable] of sortables) {
      if (!element.isConnected) { sortable.destroy(); sortables.delete(element); }
    }
    if (!window.Sortable || !mover()) return;
    for (const list of board()?.querySelectorAll(".topic-body") ?? []) {
      if (sortables.has(list)) continue;
      sortables.set(list, window.Sortable.create(list, {
        group: "entries", draggable: "[data-entry]", sort: false, animation: 140, delay: 180, delayOnTouchOnly: true,
        filter: "button, label, input, a, summary", preventOnFilter: false,
        onEnd: async (event) => {
          const topic = event.to.closest("[data-topic]")?.dataset.topic;
          if (!topic || event.to === event.from) return;
          const item = event.item;
          // Put back first: the morph must find the page as it was drawn.
          const before = event.from.querySelectorAll("[data-entry]")[event.oldDraggableIndex] ?? null;
          const ids = item.querySelector("input:checked") ? selected() : [item.dataset.entry];
          if (!(await moveTo(ids, topic))) event.from.insertBefore(item, before);
        },
      }));
    }
  };
  const selected = () => [...document.querySelectorAll('[name="entry"]:checked')].map((box) => box.value);

  // "Move to...": one list for all entries, filled from the topics that are on the board now.
  const fillMoveList = (dialog, entry) => {
    const list = dialog.querySelector("[data-move-list]");
    const here = document.querySelector(`[data-entry="${CSS.escape(entry)}"]`)?.closest("[data-topic]")?.dataset.topic;
    const choice = (words, value) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-plain";
      button.textContent = words;
      button.dir = "auto";
      button.addEventListener("click", async () => { dialog.close(); await moveTo([entry], value); });
      const line = document.createElement("li");
      line.append(button);
      return line;
    };
    const topics = [...document.querySelectorAll("[data-topic]")].filter((topic) => topic.dataset.topic !== here);
    const wanted = [["A new topic", ""], ...topics.map((topic) => [topic.dataset.title, topic.dataset.topic])];
    // Drawn anew only where it changed: who walks through it with the keyboard stays where she is.
    if (list.dataset.about === JSON.stringify([entry, wanted])) return;
    list.dataset.about = JSON.stringify([entry, wanted]);
    list.replaceChildren(...wanted.map(([words, value]) => choice(words, value)));
  };
  const openMoveList = (entry) => {
    const dialog = document.getElementById("move-entry");
    if (!dialog) return;
    dialog.querySelector('[name="entry"]').value = entry;
    fillMoveList(dialog, entry);
    dialog.showModal();
  };
  const followMoveList = () => {
    const dialog = document.getElementById("move-entry");
    if (dialog?.open) fillMoveList(dialog, dialog.querySelector('[name="entry"]').value);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-moves]");
    if (button) openMoveList(button.dataset.moves);
    // A form that comes from the server: never show the one of last time while it is on its way.
    const asks = event.target.closest("a[hx-get][hx-target]");
    if (asks && !event.ctrlKey && !event.metaKey) document.querySelector(asks.getAttribute("hx-target"))?.replaceChildren("One moment");
    if (event.target.closest("[data-toggles-keys]")) {
      const off = localStorage.getItem(KEYS) === "off";
      try { localStorage.setItem(KEYS, off ? "on" : "off"); } catch { /* private mode */ }
      sayKeys();
    }
  });
  const count = () => {
    const bar = document.getElementById("mover");
    if (bar) bar.dataset.selected = String(selected().length);
  };
  document.addEventListener("change", (event) => { if (event.target.name === "entry") count(); });
  document.addEventListener("submit", async (event) => {
    if (event.target !== mover()) return;
    event.preventDefault();
    const ids = selected();
    if (!ids.length) {
      document.dispatchEvent(new CustomEvent("fencepost:say", { detail: "Select entries first, then move them." }));
      return;
    }
    if (await moveTo(ids, document.getElementById("mover-topic").value)) {
      for (const box of document.querySelectorAll('[name="entry"]:checked')) box.checked = false;
      count();
      document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: `${ids.length} moved.` }));
    }
  });

  // Keys: j/k walk over the entries, m moves, x selects, g goes to the mover, u undoes, ? explains. They can be switched off.
  const cards = () => [...document.querySelectorAll("[data-entry]")];
  const walk = (step) => {
    const all = cards();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest?.("[data-entry]"));
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const sayKeys = () => {
    const button = document.querySelector("[data-toggles-keys]");
    if (!button) return;
    let off = false;
    try { off = localStorage.getItem(KEYS) === "off"; } catch { /* private mode */ }
    button.textContent = off ? "Switch shortcuts on" : "Switch shortcuts off";
    button.setAttribute("aria-pressed", String(!off));
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (event.key === "?") { document.getElementById("keys")?.showModal(); event.preventDefault(); return; }
    let off = false;
    try { off = localStorage.getItem(KEYS) === "off"; } catch { /* private mode */ }
    if (off || !board()) return;
    const card = document.activeElement?.closest?.("[data-entry]");
    if (event.key === "j") walk(1);
    else if (event.key === "k") walk(-1);
    else if (event.key === "m" && card) openMoveList(card.dataset.entry);
    else if (event.key === "x" && card) card.querySelector("input[type=checkbox]")?.click();
    else if (event.key === "g") document.getElementById("mover-topic")?.focus();
    else if (event.key === "u") document.getElementById("undo-form")?.requestSubmit();
    else return;
    event.preventDefault();
  });

  // What only time changes: nothing happens in the retro, so no piece is drawn. "Fewer than five entries" when the time of
  // writing is over, and for a stand-in whether the facilitator is gone.
  const lookAgain = () => document.dispatchEvent(new CustomEvent("fencepost:ask-for-mine"));
  document.addEventListener("fencepost:time-is-up", () => setTimeout(lookAgain, 1_500));
  setInterval(() => { if (!document.hidden && document.querySelector("[data-looks-again]")) lookAgain(); }, 30_000);

  document.addEventListener("htmx:after:swap", () => { arm(); count(); followMoveList(); });
  arm();
  count();
  sayKeys();
})();
