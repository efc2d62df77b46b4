// What a region is about is written on it (data-about). Drawn anew about the same thing it is changed in place: what is typed,
// chosen and open in it stays. Drawn anew about something else it is replaced whole: nothing that was typed or opened for one
// topic, question or stage is ever shown, or sent, for another. Knows no product word.
(() => {
  const isKeyed = (element) => element.dataset?.about !== undefined;

  const replaceWhole = (old, made) => {
    for (const { name } of [...old.attributes]) if (!made.hasAttribute(name) && name !== "data-htmx-powered") old.removeAttribute(name);
    for (const { name, value } of made.attributes) old.setAttribute(name, value);
    old.replaceChildren(...made.childNodes);
  };
  // A form in which somebody has typed keeps the version that it was drawn with: else it would overwrite, unasked, what
  // somebody else has saved meanwhile.
  const plain = (text) => (text ?? "").normalize().replaceAll("\r\n", "\n").trim();
  const isTypedIn = (form, made) => [...(form?.elements ?? [])].some((one) => one.matches("textarea, input[type=text]")
    && plain(one.value) !== plain(one.defaultValue) && plain(one.value) !== plain(made?.elements.namedItem(one.name)?.defaultValue));
  const keepsItsVersion = (old, made) => old.matches?.('input[type=hidden][name="version"]') && isTypedIn(old.form, made.form);

  htmx.registerExtension("keyed", {
    htmx_before_morph_node: (old, { newNode: made }) => {
      if (keepsItsVersion(old, made)) return false;
      if (!isKeyed(old) && !isKeyed(made)) return true;
      if (old.dataset.about === made.dataset.about) return !old.hasAttribute("data-untouched");
      replaceWhole(old, made);
      return false;
    },
    htmx_before_morph_attr: (old, { attrName }) => !(attrName === "open" && old.matches("details, dialog") && isKeyed(old)),
  });

  // A dialog lives with what it is about: `data-lives-with` is a selector of that in the page, `data-gone` what is said where
  // it is there no more. What somebody has typed in it meanwhile stays, to copy.
  const liveWith = (dialog) => {
    const about = dialog.querySelector("[data-lives-with]");
    if (about) return about.dataset.livesWith;
    const field = dialog.dataset.livesWithField && dialog.querySelector(`[name="${dialog.dataset.livesWithField}"]`);
    return field && `[data-${field.name}="${CSS.escape(field.value)}"]`;
  };
  const holdsWords = (dialog) => [...dialog.querySelectorAll("form")].some((form) => isTypedIn(form));
  const look = () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) {
      const selector = liveWith(dialog);
      if (!selector || dialog.dataset.left !== undefined || document.querySelector(selector)) continue;
      const gone = (dialog.querySelector("[data-gone]") ?? dialog).dataset.gone;
      if (holdsWords(dialog)) {
        dialog.dataset.left = "";
        const line = document.createElement("p");
        line.className = "notice notice-info";
        line.setAttribute("role", "status");
        line.textContent = `${gone} What you typed is still here.`;
        dialog.querySelector(".dialog-body").prepend(line);
      } else {
        dialog.close();
        document.dispatchEvent(new CustomEvent("fencepost:say", { detail: { sentence: gone, kind: "info" } }));
      }
    }
  };
  document.addEventListener("close", (event) => {
    if (event.target.dataset?.left === undefined) return;
    delete event.target.dataset.left;
    event.target.querySelector(".dialog-body > .notice")?.remove();
  }, true);
  document.addEventListener("htmx:after:swap", look);
})();
