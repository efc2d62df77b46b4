// When a retro ends before the reveal, the server keeps nothing of what was written. What this browser has in its own page is
// shown once more to copy: at once, or after the reload of a phone that slept meanwhile. It stays in this tab and goes with it.
(() => {
  const room = location.pathname.split("/")[2] ?? "";
  const OWN = `fencepost:${room}:own`;
  const UNSENT = [`fencepost:${room}:typing`, `fencepost:${room}:outbox`];
  const read = (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } };
  const write = (name, value) => {
    try { if (value === null) sessionStorage.removeItem(name); else sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode */ }
  };
  const box = () => document.getElementById("own-texts");
  const isStopped = () => document.querySelector("#stage[data-stopped], #own-texts[data-stopped]") !== null;
  const sent = () => [...document.querySelectorAll("#drafts .entry-text")].map((one) => one.textContent.trim()).filter(Boolean);
  const show = (texts) => {
    if (!box() || !texts.length) return;
    box().querySelector("[data-own-text]").textContent = texts.join("\n\n");
    box().hidden = false;
  };

  // The answer that tells of the end takes the entries off this page: they are read first. It may come before the page
  // knows of the end, asked for by something earlier: then they are shown as soon as it does.
  // What was taken back meanwhile is not shown; once the retro has moved on nothing is remembered.
  let before = sent();
  const look = () => {
    if (document.getElementById("drafts")) before = sent();
    if (isStopped()) show(before);
    else if (document.querySelector("#stage:not([data-stage='write'])")) before = [];
  };
  document.addEventListener("fencepost:before-mine", look);
  document.addEventListener("htmx:after:swap", look);
  // A phone that slept finds its seat gone and loads the page again. What that page turns out to be decides.
  document.addEventListener("fencepost:before-leave", () => { const texts = sent(); if (texts.length) write(OWN, texts); });
  if (document.getElementById("stage") === null && isStopped()) {
    const unsent = UNSENT.flatMap((name) => read(name) ?? []).map((entry) => entry.text).filter((text) => text?.trim());
    show([...(read(OWN) ?? []), ...unsent]);
  } else {
    write(OWN, null);
  }

  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-forgets-own]")) {
      for (const name of [OWN, ...UNSENT]) write(name, null);
      before = [];
      // Where the answer that tells of the end got lost, they still stand in the page, and would be kept from there again.
      document.getElementById("drafts")?.replaceChildren();
      const typed = document.querySelector("[data-composer]")?.elements.text;
      if (typed) typed.value = "";
      box().querySelector("[data-own-text]").textContent = "";
      box().hidden = true;
    }
    const copy = event.target.closest("[data-copies-own]");
    if (!copy) return;
    const area = box().querySelector("[data-own-text]");
    getSelection().selectAllChildren(area);
    try { await navigator.clipboard.writeText(area.textContent); } catch { document.execCommand("copy"); }
    copy.querySelector("span").textContent = "Copied";
    document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: "Copied." }));
  });
})();
