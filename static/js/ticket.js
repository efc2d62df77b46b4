// A ticket, or a code from another device, stands in the address's fragment, which no server sees. It is put into its
// field, and taken out of the address bar at once, so that it stays in no history and on no shared screen.
(() => {
  const fragment = location.hash.slice(1);
  const isMove = fragment.startsWith("move=");
  const code = (isMove ? fragment.slice(5) : fragment).toUpperCase();
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(code)) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  const field = document.querySelector(isMove ? "[data-takes-move]" : "[data-takes-ticket]");
  if (!field) return;
  field.value = code.replace(/(.{4})(?=.)/g, "$1-");
  field.closest("details")?.setAttribute("open", "");
  field.form.querySelector("button")?.focus();
})();
