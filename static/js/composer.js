// The composer: what is typed is kept in this tab at once and on the server soon after; what is sent waits in an outbox until
// the server has it, under one key, so that a resend is the same entry. Each composer that is opened has a key of its own: what
// another tab sends is another entry. Nothing typed is ever lost or sent by itself.
(() => {
  const room = location.pathname.split("/")[2] ?? "";
  // The round after the reveal has places of its own: what was left over from the writing is not sent into it.
  const SHEETS = ["", "late-"];
  let lastSheet = "";
  const sheet = () => { lastSheet = form()?.dataset.sheet ?? lastSheet; return lastSheet; };
  const typing = (of = sheet()) => `fencepost:${room}:${of}typing`;
  const box = (of = sheet()) => `fencepost:${room}:${of}outbox`;
  const SAVES_AFTER = 1_500;
  const LONGEST_WAIT = 30_000;
  let saving = null;
  let wait = 1_000;
  let sending = false;
  let again = null;

  const read = (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } };
  const write = (name, value) => {
    try { if (value === null) sessionStorage.removeItem(name); else sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode */ }
  };
  const form = () => document.querySelector("[data-composer]");
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // Opened with what another composer kept: its key names that one, too, so that the same words are sent once from both.
  const openedWith = (key) => { const made = `${key.split("~")[0]}~${newKey()}`; return made.length <= 64 ? made : newKey(); };
  const chosen = (within, name) => within.querySelector(`[name="${name}"]:checked`)?.value ?? "";
  const typed = (within) => ({
    key: within.elements.key.value, slot: within.elements.slot.value, of: within.elements.of.value, text: within.elements.text.value,
    kind: chosen(within, "kind"), about: chosen(within, "about"), dimension: chosen(within, "dimension"),
  });
  const choose = (within, name, value) => {
    const radio = [...within.querySelectorAll(`[name="${name}"]`)].find((one) => one.value === (value ?? ""));
    if (radio) radio.checked = true;
  };
  const put = (within, entry) => {
    within.elements.key.value = entry.key || newKey();
    within.elements.slot.value = entry.slot || "";
    within.elements.of.value = entry.slot ? entry.of || entry.key : "";
    within.elements.text.value = entry.text || "";
    if (entry.kind) choose(within, "kind", entry.kind);
    choose(within, "about", entry.about);
    choose(within, "dimension", entry.dimension);
    if (entry.about || entry.dimension) within.querySelector(".composer-more").open = true;
    dress(within);
    within.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const dress = (within) => {
    const kind = chosen(within, "kind");
    for (const prompt of within.querySelectorAll("[data-prompt]")) prompt.hidden = prompt.dataset.prompt !== kind;
    const words = within.querySelector("[data-send] span");
    if (words) words.textContent = within.elements.slot.value ? "Save the change" : "Send";
  };
  const state = (words) => {
    const line = form()?.querySelector("[data-composer-state]");
    if (line && line.textContent !== words) line.textContent = words;
  };
  const complain = (sentence) => {
    const line = form()?.querySelector("[data-composer-error]");
    if (!line) return;
    line.hidden = !sentence;
    line.textContent = sentence ?? "";
    line.setAttribute("role", sentence ? "alert" : "presentation");
  };
  const post = (address, fields) => fetch(address, {
    method: "POST",
    headers: { "HX-Request": "true", Accept: "text/html, application/json" },
    body: new URLSearchParams(fields),
    cache: "no-store",
  });

  // Autosave.
  const keep = () => {
    const here = form();
    if (!here) return;
    const entry = typed(here);
    write(typing(), entry.text.trim() ? entry : null);
    clearTimeout(saving);
    saving = setTimeout(save, SAVES_AFTER);
  };
  const save = async () => {
    const here = form();
    if (!here || stageIsPastWriting()) return;
    const entry = typed(here);
    try {
      const answer = await post(here.dataset.autosave, entry);
      if (answer.ok) {
        const advice = here.querySelector("#nudges");
        if (advice && typed(here).key === entry.key) advice.innerHTML = await answer.text();
        state(entry.text.trim() ? "Saved, not sent" : "");
      } else if (answer.status >= 500) {
        state("Saved on this device");
        saving = setTimeout(save, 5_000);
      }
    } catch {
      state("Saved on this device");
      saving = setTimeout(save, 5_000);
    }
  };

  // The outbox.
  const outbox = () => read(box()) ?? [];
  // By its own mark: two wordings of one entry may wait here, and the second is not sent by the first.
  const isSame = (one, other) => (one.mark ?? one.key + one.slot) === (other.mark ?? other.key + other.slot);
  const others = (entry) => outbox().filter((other) => !isSame(other, entry));
  const forget = (entry) => write(box(), others(entry));
  const drawOutbox = () => {
    const place = document.getElementById("unsent");
    if (!place) return;
    place.replaceChildren(...outbox().map((entry) => {
      const card = document.createElement("article");
      card.className = `entry draft kind-${entry.kind}`;
      card.dataset.state = entry.refused ? "unsent" : "sending";
      const head = document.createElement("p");
      head.className = "entry-kind";
      const words = document.createElement("span");
      words.className = "draft-state";
      words.textContent = entry.refused ? "not sent" : "not sent yet, still trying";
      head.append(words);
      const text = document.createElement("p");
      text.className = "entry-text";
      text.dir = "auto";
      text.textContent = entry.text;
      card.append(head, text);
      if (entry.refused) {
        const why = document.createElement("p");
        why.className = "small";
        why.textContent = entry.refused;
        const back = document.createElement("button");
        back.type = "button";
        back.className = "button button-quiet button-small";
        back.textContent = form() ? "Change it" : "Copy it";
        back.addEventListener("click", () => {
          const here = form();
          if (here && !here.elements.text.value.trim()) {
            forget(entry);
            put(here, entry);
            here.elements.text.focus();
          } else {
            navigator.clipboard?.writeText(entry.text);
          }
          drawOutbox();
        });
        const drop = document.createElement("button");
        drop.type = "button";
        drop.className = "button button-quiet button-small";
        drop.textContent = "Throw away";
        drop.addEventListener("click", () => {
          forget(entry);
          drawOutbox();
        });
        const row = document.createElement("div");
        row.className = "row";
        row.append(back, drop);
        card.append(why, row);
      }
      return card;
    }));
  };
  const send = async () => {
    if (sending) return;
    const next = outbox().find((entry) => !entry.refused);
    if (!next) return;
    sending = true;
    clearTimeout(again);
    try {
      const { mark: _mark, ...fields } = next;
      const answer = await post(`/r/${room}/entries`, fields);
      if (answer.ok) {
        wait = 1_000;
        forget(next);
        const place = document.getElementById("drafts");
        const html = await answer.text();
        if (place) await htmx.swap({ text: html, sourceElement: place, target: place, swap: "outerMorph", request: {} });
        state("Sent");
        document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: "Sent." }));
      } else if (answer.status >= 500 || answer.status === 429) {
        throw new Error("later");
      } else {
        const problem = await answer.json().catch(() => ({}));
        const sentence = problem.detail ?? "This could not be sent.";
        const here = form();
        if (here && !here.elements.text.value.trim()) {
          forget(next);
          put(here, next);
          complain(sentence);
          here.elements.text.focus();
        } else {
          write(box(), [...others(next), { ...next, refused: sentence }]);
        }
      }
      sending = false;
      drawOutbox();
      send();
    } catch {
      sending = false;
      drawOutbox();
      state("No connection: it is sent as soon as there is one");
      again = setTimeout(send, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  };

  document.addEventListener("submit", (event) => {
    const here = event.target.closest?.("[data-composer]");
    if (here) {
      event.preventDefault();
      complain(null);
      const entry = typed(here);
      const length = [...entry.text.trim()].length;
      const limit = Number(here.elements.text.dataset.limit) || 280;
      // What cannot be right is said at once; the server decides all the same.
      if (length < 3 || length > limit) {
        complain(length < 3 ? "Please write at least three characters." : `This is ${length - limit} characters too long. One thing per entry: send the rest as another.`);
        here.elements.text.focus();
        return;
      }
      write(box(), [...outbox(), { ...entry, mark: newKey() }]);
      write(typing(), null);
      clearTimeout(saving);
      put(here, { kind: entry.kind, key: newKey() });
      here.querySelector("#nudges").replaceChildren();
      clearTimeout(saving);
      here.elements.text.focus();
      state("Sending");
      drawOutbox();
      send();
      return;
    }
    const edit = event.target.closest?.("[data-edits-draft]");
    const composer = form();
    if (edit && composer) {
      event.preventDefault();
      const { slot, key, kind, text, about, dimension } = edit.dataset;
      const before = typed(composer);
      if (before.text.trim() && !before.slot) {
        complain("Please send or clear what you are writing first.");
      } else {
        put(composer, { slot, key, of: key, kind, text, about, dimension });
      }
      composer.elements.text.focus();
      composer.scrollIntoView({ block: "nearest" });
    }
  }, true);
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("[data-composer]")) { complain(null); keep(); }
  });
  document.addEventListener("change", (event) => {
    const here = event.target.closest?.("[data-composer]");
    if (here) { dress(here); keep(); }
  });
  // Ctrl+Enter sends, so that nobody has to leave the keyboard.
  document.addEventListener("keydown", (event) => {
    const here = event.target.closest?.("[data-composer]");
    if (here && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); here.requestSubmit(); }
  });
  addEventListener("online", () => { wait = 1_000; send(); });

  // After a reload, and when the stage moves on under one's fingers.
  const settle = () => {
    const here = form();
    const kept = read(typing());
    const left = document.getElementById("kept");
    if (here) {
      if (!here.dataset.settled) {
        here.dataset.settled = "yes";
        // A copy of this tab holds the same words: its composer is another one.
        if (kept?.text && kept.text !== here.elements.text.value) put(here, kept.slot ? kept : { ...kept, key: openedWith(kept.key) });
        dress(here);
      }
      if (left) left.hidden = true;
    } else if (left && stageIsPastWriting()) {
      const every = SHEETS.flatMap((of) => [read(typing(of)), ...(read(box(of)) ?? [])]);
      const texts = every.map((entry) => entry?.text).filter((text) => text?.trim());
      left.hidden = !texts.length;
      left.querySelector("[data-kept-text]").textContent = texts.join("\n\n");
      document.getElementById("unsent")?.replaceChildren();
      return;
    }
    drawOutbox();
  };
  const stageIsPastWriting = () => {
    const stage = document.getElementById("stage");
    return !["prepare", "check_in", "write", ""].includes(stage?.dataset.stage ?? "") && stage.dataset.writes === undefined;
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forgets-kept]")) {
      for (const of of SHEETS) { write(typing(of), null); write(box(of), null); }
      settle();
    }
    const copy = event.target.closest("[data-copies-kept]");
    if (copy) {
      const area = document.querySelector("[data-kept-text]");
      const range = document.createRange();
      range.selectNodeContents(area);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      if (navigator.clipboard) navigator.clipboard.writeText(area.textContent); else document.execCommand("copy");
      copy.querySelector("span").textContent = "Copied";
      document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: "Copied." }));
    }
  });
  document.addEventListener("fencepost:before-mine", () => {
    const here = form();
    if (here && here.elements.text.value.trim()) write(typing(), typed(here));
  });
  document.addEventListener("htmx:after:swap", settle);
  settle();
  if (form()) send();
})();
