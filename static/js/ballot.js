// The ballot: a tap shows at once and is confirmed by the server's answer; without a connection it is sent again until it is
// there (the server counts it once). What is refused is not left standing as if it were given. Also shows a topic's entries
// beside its line. Knows nobody's vote but this browser's.
(() => {
  const GIVES = "[data-vote], [data-rating], [data-answer]";
  const waiting = new Map(); // form -> { submitter, had }: a tap on a dot is another one once the line says otherwise
  const had = (form) => form.elements.had?.value;
  let wait = 1_000;
  let timer = null;

  // Refused (the question is over, the vote has ended): back to what the server has, and asked anew what there is to answer.
  const before = new WeakMap(); // form -> its buttons as they were
  const takeBack = (form) => {
    for (const [button, pressed] of before.get(form) ?? []) button.setAttribute("aria-pressed", pressed);
    form.reset();
    document.dispatchEvent(new CustomEvent("fencepost:ask-for-mine"));
  };
  document.addEventListener("htmx:response:error", (event) => {
    const form = event.target.closest?.(GIVES);
    const { status } = event.detail.ctx.response;
    if (form && status >= 400 && status < 500 && status !== 429) takeBack(form);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("[data-vote], [data-rating]");
    if (!form || !event.submitter) return;
    if (event.submitter.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const group = event.submitter.closest("[role=group]");
    if (!["stance", "rating"].includes(event.submitter.name)) return;
    before.set(form, [...group.querySelectorAll("button")].map((button) => [button, button.getAttribute("aria-pressed")]));
    for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === event.submitter));
  }, true);

  const flush = () => {
    timer = null;
    for (const [form, { submitter, had: before }] of [...waiting]) {
      waiting.delete(form);
      if (form.isConnected && had(form) === before) form.requestSubmit(submitter?.isConnected ? submitter : undefined);
      else form.closest(".ballot-line")?.removeAttribute("data-state"); // it has come through after all
    }
  };
  document.addEventListener("htmx:error", (event) => {
    const form = event.target.closest?.(GIVES);
    if (!form) return;
    const submitter = event.detail?.ctx?.request?.submitter;
    waiting.set(form, { submitter, had: event.detail?.ctx?.request?.body?.get?.("had") ?? had(form) });
    form.closest(".ballot-line")?.setAttribute("data-state", "unsent");
    document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: "Not sent yet, still trying." }));
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
    wait = Math.min(wait * 2, 15_000);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("[data-vote]");
    if (!form) return;
    wait = 1_000;
    form.closest(".ballot-line")?.removeAttribute("data-state");
    const left = document.getElementById("dots-left");
    if (left && form.action.includes("/dots")) {
      requestAnimationFrame(() => document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: `${document.getElementById("dots-left").dataset.left} dots left.` })));
    }
  });
  addEventListener("online", () => { wait = 1_000; flush(); });

  // The entries of a topic are on the page once, further down: show a copy where one votes.
  const showEntries = (box) => {
    if (!box.dataset?.showsEntries || !box.open) return;
    const source = document.querySelector(`#${CSS.escape(box.dataset.showsEntries)} .topic-body`);
    const place = box.querySelector(".disclosure-body");
    if (source && place) {
      const copy = source.cloneNode(true);
      for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
      place.replaceChildren(copy);
    }
  };
  document.addEventListener("toggle", (event) => showEntries(event.target), true);
  // Drawn anew while it is open: what was hidden or withdrawn meanwhile goes from the copy, too.
  document.addEventListener("htmx:after:swap", () => document.querySelectorAll("[data-shows-entries][open]").forEach(showEntries));
})();
