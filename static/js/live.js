// Keeps a live page current: opens the stream, tries again when it fails, polls where a gateway swallows streams, says how
// the connection is, and asks for this browser's own part (#mine) again when the stage moves. Knows no product rule.
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const SILENCE = 6_000;
  const POLLS_EVERY = 3_000;
  const banner = document.getElementById("connection");
  let version = Number(live.dataset.version) || 0;
  let moment = momentNow();
  let wait = 1_000;
  let silence = null;
  let polling = null;
  let asksForGood = false;
  let hiding = null;
  let gone = false;
  let connection = null;
  let first = true;

  function momentNow() {
    return document.getElementById("stage")?.dataset.moment ?? "";
  }
  function stageNow() {
    return document.getElementById("stage")?.dataset.stage ?? "";
  }

  // The banner: hidden while all is well, and for a moment "connected again".
  const show = (state) => {
    if (!banner) return;
    clearTimeout(hiding);
    if (state === "back") {
      if (banner.hidden || banner.dataset.state === "back") return;
      hiding = setTimeout(() => { banner.hidden = true; }, 2_500);
    }
    banner.dataset.state = state;
    const words = banner.querySelector("[data-connection-words]");
    if (words) words.textContent = words.dataset[state] ?? "";
    banner.hidden = false;
  };

  // No message within six seconds: a gateway keeps the stream for itself, so ask instead.
  const listenForSilence = () => {
    clearTimeout(silence);
    if (asksForGood) return;
    silence = setTimeout(() => { if (!document.hidden) startPolling(); }, SILENCE);
  };
  const heard = () => {
    if (asksForGood) return;
    clearTimeout(silence);
    wait = 1_000;
    clearTimeout(polling);
    polling = null;
    show("back");
  };
  const startPolling = () => {
    if (polling !== null || gone) return;
    if (!asksForGood || navigator.onLine === false) show(navigator.onLine === false ? "lost" : "polling");
    poll();
  };
  const poll = async () => {
    if (isOver()) { leave(); return; }
    polling = setTimeout(poll, POLLS_EVERY * (0.9 + Math.random() * 0.2));
    if (document.hidden) return;
    const asked = version;
    try {
      const answer = await fetch(`${live.dataset.changes}${live.dataset.changes.includes("?") ? "&" : "?"}since=${version}`, { headers: { "HX-Request": "true" }, cache: "no-store" });
      if ([401, 403, 404].includes(answer.status)) { leave(); return; }
      if (answer.status >= 400) { show("lost"); return; }
      show(asksForGood ? "back" : "polling");
      if (answer.status !== 200) return;
      const text = await answer.text();
      const drawn = Number(answer.headers.get("Fencepost-Version")) || version;
      // The stream may have come to life meanwhile and been faster: an older drawing never lands upon a newer one.
      if (version !== asked && drawn < version) return;
      await htmx.swap({ text, sourceElement: live, target: live, swap: "none", request: {} });
      version = drawn;
      live.dataset.current = String(version);
    } catch {
      show("lost");
    }
  };
  // The seat or the sign-in is gone. A closed retro stays on the screen as it was.
  const leave = () => {
    if (gone) return;
    gone = true;
    clearTimeout(polling);
    clearTimeout(silence);
    document.dispatchEvent(new CustomEvent("fencepost:before-leave"));
    if (stageNow() !== "closed") location.reload();
  };
  const tryAgain = () => {
    if (gone) return;
    setTimeout(() => { if (!gone) { listenForSilence(); htmx.trigger(live, "stream:retry"); } }, wait * (0.7 + Math.random() * 0.6));
    wait = Math.min(wait * 2, 30_000);
  };

  // This browser's own part. The reveal comes to three hundred phones at once, so they do not all ask in one instant.
  // It waits in the queue of #mine behind what this page is just sending, so that no older answer lands upon a newer one.
  let asking = null;
  let held = false;
  // Who waits at the door has a seat now, or the room moved on: the page is another one. Not all of them in one instant.
  const comeIn = () => setTimeout(() => location.reload(), Math.random() * Number(live.dataset.spread || 0));
  const askForMine = () => {
    if (live.dataset.waits !== undefined) { comeIn(); return; }
    if (!live.dataset.mine) return;
    clearTimeout(asking);
    asking = setTimeout(() => htmx.ajax("GET", live.dataset.mine, { source: "#mine", target: "#mine", swap: "none" }), Math.random() * Number(live.dataset.spread || 0));
  };
  const isMine = (event) => event.detail?.ctx?.sourceElement?.id === "mine";
  document.addEventListener("htmx:before:request", (event) => {
    if (!isMine(event)) return;
    held = ["mine", "composer"].some((id) => document.getElementById(id)?.contains(document.activeElement));
    document.dispatchEvent(new CustomEvent("fencepost:before-mine"));
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (isMine(event) && held && (document.activeElement === document.body || !document.activeElement?.isConnected)) {
      document.getElementById("stage-heading")?.focus({ preventScroll: true });
    }
  });
  // A dialog gives the focus back to what opened it; where that was drawn away meanwhile, it goes to what happens now.
  document.addEventListener("close", ({ target }) => {
    const at = document.activeElement;
    if (!at || at === document.body || target.contains(at)) document.getElementById("stage-heading")?.focus({ preventScroll: true });
  }, true);
  document.addEventListener("fencepost:ask-for-mine", askForMine);
  // An answer that got lost is asked for again until it comes: the stage moved, and nothing else would bring it.
  let pause = 1_000;
  const askAgain = () => {
    if (gone) return;
    clearTimeout(asking);
    asking = setTimeout(askForMine, pause * (0.7 + Math.random() * 0.6));
    pause = Math.min(pause * 2, 30_000);
  };
  document.addEventListener("htmx:error", (event) => { if (isMine(event)) askAgain(); });
  document.addEventListener("htmx:after:request", (event) => {
    if (!isMine(event)) return;
    const { status } = event.detail.ctx.response;
    if (status >= 500 || status === 429) askAgain();
    else pause = 1_000;
  });

  const look = () => {
    const now = momentNow();
    if (!now || now === moment) return;
    const moved = now.split("/")[0] !== moment.split("/")[0];
    moment = now;
    if (moved) {
      const heading = document.getElementById("stage-heading")?.textContent;
      if (heading) document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: `${heading}.` }));
    }
    askForMine();
  };

  // After its last stage (`data-ends`) a seat is gone and nothing more comes: asking anew would be asking as nobody.
  const isOver = () => live.dataset.ends !== undefined && stageNow() === live.dataset.ends;
  live.addEventListener("htmx:sse:before:connection", (event) => {
    if (connection !== null && isOver()) { event.preventDefault(); leave(); return; }
    connection = event.detail.connection;
  });
  live.addEventListener("htmx:sse:after:connection", () => { listenForSilence(); first = true; });
  // Nor does an older frame, that waited while everything was drawn for this stream. The first word of a connection is always
  // taken: a server that was restored may have an older version, and be right.
  live.addEventListener("htmx:sse:before:message", (event) => {
    const drawn = Number(event.detail.message.id) || version;
    if (!first && drawn < version) event.preventDefault();
    first = false;
  });
  live.addEventListener("htmx:sse:after:message", (event) => {
    version = Number(event.detail.message.id) || version;
    live.dataset.current = String(version);
    heard();
    look();
  });
  // The server has as many streams as it can hold, or this seat has newer ones: ask for news instead, from now on.
  live.addEventListener("poll", () => { asksForGood = true; clearTimeout(silence); startPolling(); });
  live.addEventListener("htmx:sse:error", (event) => {
    if ([401, 403, 404].includes(event.detail?.status)) leave();
    else { show("lost"); listenForSilence(); }
  });
  // hx-sse never retries a first connect that failed: do it here.
  const failed = (event) => {
    if (event.target !== live) return;
    const status = event.detail?.ctx?.response?.status;
    if ([401, 403, 404].includes(status)) { leave(); return; }
    show("lost");
    tryAgain();
  };
  live.addEventListener("htmx:error", failed);
  live.addEventListener("htmx:response:error", failed);
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) listenForSilence(); else clearTimeout(silence); });
  addEventListener("offline", () => show("lost"));
  // Back in reach: connect now instead of when the back-off is over. A stream that outlived the tunnel would stay silent
  // until something happens, so it is opened anew, too.
  addEventListener("online", () => {
    connection?.delayCanceller?.();
    connection?.reader?.cancel().catch(() => {});
    if (polling === null) listenForSilence();
  });
  listenForSilence();

  // A form that changed what #mine shows has it drawn anew.
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status ?? 0;
    if (event.target.closest?.("[data-refreshes-mine]") && status >= 200 && status < 300) askForMine();
  });
  // What was chosen before the scripts came (a slow phone) is sent now: its form has no button of its own.
  addEventListener("DOMContentLoaded", () => setTimeout(() => {
    for (const form of document.querySelectorAll('form[hx-trigger*="change"]')) {
      if ([...form.elements].some((one) => one.type === "radio" && one.checked && !one.defaultChecked)) htmx.trigger(form, "change");
    }
  }));
  // What another script could not do is said like any other trouble (js/toasts.js says those of htmx).
  const say = (said) => {
    const { sentence, kind } = typeof said === "string" ? { sentence: said, kind: "error" } : said;
    const toasts = document.getElementById("toasts");
    if (!toasts) return;
    const toast = document.createElement("div");
    toast.className = `toast toast-${kind}`;
    toast.setAttribute("role", kind === "error" ? "alert" : "status");
    toast.dataset.toast = "";
    const words = document.createElement("p");
    words.textContent = sentence;
    toast.append(words);
    toasts.append(toast);
    setTimeout(() => toast.remove(), 8_000);
  };
  document.addEventListener("fencepost:say", (event) => say(event.detail));

  // Long texts outside the composer (notes, replies, thanks) survive a reload and a moved stage too.
  const PREFIX = `fencepost:keeps:${location.pathname}:`;
  const keepable = (element) => element.dataset?.keeps && "value" in element;
  document.addEventListener("input", (event) => {
    if (keepable(event.target)) try { sessionStorage.setItem(PREFIX + event.target.dataset.keeps, event.target.value); } catch { /* private mode */ }
  });
  const putBack = () => {
    for (const field of document.querySelectorAll("[data-keeps]")) {
      if (field.dataset.kept !== undefined) continue;
      field.dataset.kept = "";
      let text = null;
      try { text = sessionStorage.getItem(PREFIX + field.dataset.keeps); } catch { /* private mode */ }
      if (text !== null && document.activeElement !== field) field.value = text;
    }
  };
  document.addEventListener("htmx:after:request", (event) => {
    const status = event.detail?.ctx?.response?.status ?? 0;
    // Only what this very form has sent: #mine, drawn anew, holds fields in which somebody is typing.
    if (status < 200 || status >= 300 || !event.target.matches?.("form")) return;
    for (const field of event.target.querySelectorAll("[data-keeps]")) {
      try { sessionStorage.removeItem(PREFIX + field.dataset.keeps); } catch { /* private mode */ }
      if (field.dataset.empties !== undefined) field.value = "";
    }
  });
  document.addEventListener("htmx:after:swap", putBack);
  putBack();
})();
