// Two presses of one hand are one step. Where a step draws another control under the hand that took it, that control is
// not there yet: it comes when the hand has left the place, or a moment later. And one form is not sent twice in one breath.
// The server knows a second press by itself; this is for the button that nobody meant to press.
(() => {
  const MOMENT = 700; // ms in which a second press belongs to the first
  const LONGEST = 2_500; // ms after which a hand that rests has read what stands there now
  const AROUND = 16; // px around the place of a press
  const STEPS = "[data-steps]";
  const known = new WeakMap(); // control -> what it does
  const held = new Map(); // control -> { since, timer, hadFocus }
  let hand = null; // { x, y, at, kind }: where the pointer is, or where a finger was last
  let last = null; // the last press of a control: { control, x, y, at }
  let byKeyboard = false;
  let closedAt = -Infinity;

  const near = (one, other) => Math.abs(one.x - other.x) <= AROUND && Math.abs(one.y - other.y) <= AROUND;
  const inside = ({ left, right, top, bottom }, { x, y }) => x >= left - AROUND && x <= right + AROUND && y >= top - AROUND && y <= bottom + AROUND;
  const does = (control) => {
    const fields = control.form ? new URLSearchParams(new FormData(control.form)).toString() : "";
    return [control.form?.action ?? control.href, fields, control.value, control.textContent.trim()].join(" ");
  };
  const isUnderTheHand = (control) => {
    if (byKeyboard) return document.activeElement === control;
    const there = hand && (hand.kind === "mouse" || performance.now() - hand.at < MOMENT * 2);
    return Boolean(there) && inside(control.getBoundingClientRect(), hand);
  };

  // Held: it keeps its place in the page, and nothing can press it.
  const heading = () => document.getElementById("stage-heading");
  const show = (control) => { control.toggleAttribute("data-held", held.has(control)); };
  const hold = (control) => {
    const hadFocus = document.activeElement === control;
    if (hadFocus) heading()?.focus({ preventScroll: true });
    held.set(control, { since: performance.now(), hadFocus, timer: setTimeout(() => letGo(control), MOMENT) });
    show(control);
  };
  const letGo = (control) => {
    const hold = held.get(control);
    if (!hold) return;
    clearTimeout(hold.timer);
    const lasted = performance.now() - hold.since;
    if (control.isConnected && !byKeyboard && lasted < LONGEST && isUnderTheHand(control)) {
      hold.timer = setTimeout(() => letGo(control), LONGEST - lasted);
      return;
    }
    held.delete(control);
    show(control);
    if (hold.hadFocus && [heading(), document.body].includes(document.activeElement)) control.focus({ preventScroll: true });
  };
  const look = () => {
    for (const control of held.keys()) {
      if (control.isConnected) show(control);
      else { clearTimeout(held.get(control).timer); held.delete(control); }
    }
    for (const control of document.querySelectorAll(STEPS)) {
      const now = does(control);
      if (known.get(control) === now) continue;
      known.set(control, now);
      if (!held.has(control) && isUnderTheHand(control)) hold(control);
    }
  };

  document.addEventListener("pointermove", (event) => {
    hand = { x: event.clientX, y: event.clientY, at: performance.now(), kind: event.pointerType };
    for (const [control, { since }] of held) {
      if (performance.now() - since >= MOMENT && !isUnderTheHand(control)) letGo(control);
    }
  }, { capture: true, passive: true });
  document.addEventListener("pointerdown", (event) => {
    byKeyboard = false;
    hand = { x: event.clientX, y: event.clientY, at: performance.now(), kind: event.pointerType };
  }, true);
  document.addEventListener("keydown", (event) => {
    byKeyboard = true;
    // A key that is held down presses once.
    if (event.repeat && ["Enter", " "].includes(event.key) && event.target.matches?.(STEPS)) event.preventDefault();
  }, true);

  // The second half of a double press lands where the first did, and that may be another control by now.
  document.addEventListener("close", () => { closedAt = performance.now(); }, true);
  document.addEventListener("click", (event) => {
    const control = event.target.closest("button, a[href], summary, label");
    const now = performance.now();
    const here = { x: event.clientX, y: event.clientY };
    // Outside a dialog a press closes it: that is not meant by a hand that still presses the button which opened it.
    const breath = event.target.matches("dialog[open]") ? LONGEST : MOMENT;
    const isAgain = event.detail > 0 && last && now - last.at < breath && near(here, last) && control !== last.control;
    if (isAgain && (control?.matches(STEPS) || last.control?.matches(STEPS) || closedAt > last.at)) {
      last.at = now;
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = { control, ...here, at: now };
  }, true);

  // One form, one breath: what is on its way is not sent again, nor what was sent a moment ago.
  const sent = new WeakMap(); // form -> { what, at }
  const away = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.repeats !== undefined) return;
    const what = [form.action, new URLSearchParams(new FormData(form, event.submitter))].join(" ");
    const before = sent.get(form);
    if (before?.what === what && (away.has(form) || performance.now() - before.at < MOMENT)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.set(form, { what, at: performance.now() });
  }, true);
  document.addEventListener("htmx:before:request", (event) => { if (event.target.matches?.("form")) away.add(event.target); });
  document.addEventListener("htmx:finally:request", (event) => { away.delete(event.target); });

  for (const control of document.querySelectorAll(STEPS)) known.set(control, does(control));
  document.addEventListener("htmx:after:swap", look);
})();
