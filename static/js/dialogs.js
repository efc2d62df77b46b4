// Opens and closes <dialog>s and menus, and does the other small things a button may ask for by a data attribute.
(() => {
  const fill = (dialog, opener) => {
    for (const { name, value } of opener.attributes) {
      if (!name.startsWith("data-fill-")) continue;
      const field = dialog.querySelector(`[name="${CSS.escape(name.slice("data-fill-".length))}"]`);
      if (field) field.value = value;
    }
  };
  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  const copy = async (button) => {
    const text = button.dataset.copies;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Over plain HTTP there is no clipboard: the old way still works.
      const area = document.createElement("textarea");
      area.value = text;
      area.className = "visually-hidden";
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: "Copied." }));
    const words = button.querySelector("span:last-of-type");
    if (words && !button.dataset.before) {
      button.dataset.before = words.textContent;
      words.textContent = "Copied";
      setTimeout(() => { words.textContent = button.dataset.before; delete button.dataset.before; }, 2000);
    }
  };

  // What a button asks for may be gone, and the button with it: its dialog has nothing to show, the refusal is said beside it.
  // The button is known by what asked: of one that was drawn away meanwhile htmx tells the document.
  const openers = new Map(); // dialog -> the button that has asked for its contents
  const closeIfRefused = (event) => {
    for (const [dialog, opener] of openers) if (event.detail?.ctx?.sourceElement === opener) dialog.close();
  };
  document.addEventListener("htmx:response:error", closeIfRefused);
  document.addEventListener("htmx:error", closeIfRefused);
  document.addEventListener("close", (event) => openers.delete(event.target), true);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-opens], [data-closes], [data-prints], [data-copies], [data-fullscreen]");
    closeMenus(event.target);
    if (event.target.matches("dialog[open]")) event.target.close();
    if (!target) return;
    if (target.dataset.opens) {
      const dialog = document.getElementById(target.dataset.opens);
      if (!dialog || dialog.open) return;
      event.preventDefault();
      // What it held for another button must not be read, or pressed, before its own contents come.
      const place = target.getAttribute("hx-target");
      if (place?.startsWith("#")) {
        dialog.querySelector(place)?.replaceChildren();
        openers.set(dialog, target);
      }
      fill(dialog, target);
      closeMenus();
      dialog.showModal();
    }
    if ("closes" in target.dataset) target.closest("dialog")?.close();
    if ("prints" in target.dataset) window.print();
    if (target.dataset.copies) copy(target);
    if ("fullscreen" in target.dataset) {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // A form that htmx sent from a dialog and that went well closes it; one that was refused stays open.
  document.addEventListener("htmx:after:request", (event) => {
    const dialog = event.target.closest?.("dialog[open]");
    const status = event.detail.ctx.response.status;
    if (dialog && !dialog.hasAttribute("data-stays") && status >= 200 && status < 300) dialog.close();
  });
  // How many characters are left, beside a textarea with data-counts.
  const count = (area) => {
    const counter = document.getElementById(area.dataset.counts);
    if (!counter) return;
    const left = Number(area.dataset.limit) - [...area.value.trim()].length;
    counter.textContent = left >= 0 ? `${left} left` : `${-left} too many`;
    counter.dataset.state = left < 0 ? "over" : left <= 30 ? "near" : "fine";
  };
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.counts) count(event.target);
  });
  const afterDrawing = () => {
    document.querySelectorAll("[data-counts]").forEach(count);
    document.querySelector("[data-takes-focus]:not([data-focused])")?.focus();
    document.querySelectorAll("[data-takes-focus]").forEach((element) => { element.dataset.focused = ""; });
  };
  afterDrawing();
  document.addEventListener("htmx:after:swap", afterDrawing);
})();
