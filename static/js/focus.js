// Keeps the keyboard where it was: a redraw may take away what had the focus (an entry that moved, a button that did its work).
// The focus then goes to the same thing in its new place, else to the part of the page it was in, else to the stage's heading.
// And what the hands are at stays where it is on the screen when something above it grows.
(() => {
  const CONTROLS = ["[data-moves]", "input[type=checkbox]", "[data-opens]", "[data-edits]", "button", "a[href]"];
  let held = null;
  let outside = null; // the same, but never inside a dialog

  const describe = (element) => {
    const entry = element.closest("[data-entry]")?.dataset.entry;
    const around = [];
    for (let one = element.parentElement?.closest("[id]"); one; one = one.parentElement?.closest("[id]")) around.push(one.id);
    return { element, id: element.id, entry, control: CONTROLS.find((kind) => element.matches(kind)), around, isRegion: false };
  };
  const moved = ({ id, entry, control }) => {
    const same = id && document.getElementById(id);
    if (same) return same;
    const card = entry && document.querySelector(`[data-entry="${CSS.escape(entry)}"]`);
    return card && ((control && card.querySelector(control)) || card);
  };
  const region = ({ around }) => {
    for (const id of around) {
      const found = document.getElementById(id);
      if (found && id !== "main" && found.textContent.trim()) return found;
    }
    return document.getElementById("stage-heading");
  };
  const give = (target, isRegion) => {
    if (!target) return;
    if (isRegion || target.matches("[data-entry]")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    if (held) held.isRegion = isRegion;
  };
  const regain = () => {
    if (!held || document.querySelector("dialog:modal")) return;
    // A region takes the focus only while it may; the redraw has just taken that away again.
    if (held.isRegion && held.element.isConnected) held.element.tabIndex = -1;
    if (document.activeElement && document.activeElement !== document.body) return;
    const lost = held.element.closest("dialog:not([open])") ? outside : held;
    if (!lost) return;
    const target = moved(lost);
    if (target) give(target, false);
    if (!target || document.activeElement !== target) give(region(lost), true);
  };

  let still = null;
  document.addEventListener("htmx:before:swap", () => {
    const element = document.activeElement;
    if (still || !element || element === document.body || element.closest("dialog")) return;
    const { top, bottom } = element.getBoundingClientRect();
    if (bottom > 0 && top < innerHeight) still = { element, top };
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!still) return;
    const { element, top } = still;
    still = null;
    if (element.isConnected) scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
  });

  document.addEventListener("pointerdown", () => { held = outside = null; }, true);
  document.addEventListener("focusin", (event) => {
    held = describe(event.target);
    if (!event.target.closest("dialog")) outside = held;
  });
  document.addEventListener("htmx:after:swap", regain);
  document.addEventListener("close", () => setTimeout(regain), true);
})();
