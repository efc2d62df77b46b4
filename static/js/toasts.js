// Toasts go away by themselves after ten seconds, but never while somebody points at them or is inside with the keyboard.
// Also the one place that writes to the polite live region: everything to be said is gathered and said every two seconds.
(() => {
  const STAYS = 10_000;
  const SPEAKS_EVERY = 2_000;
  let waiting = [];

  const busy = (toast) => toast.matches(":hover, :focus-within, [role=alert]");
  const retire = (toast) => setTimeout(() => {
    if (busy(toast)) retire(toast);
    else toast.remove();
  }, STAYS);
  const watch = () => {
    for (const toast of document.querySelectorAll("[data-toast]:not([data-watched])")) {
      toast.dataset.watched = "";
      retire(toast);
    }
  };
  const speak = () => {
    const region = document.getElementById("status");
    if (!region || !waiting.length) return;
    region.textContent = waiting.join(" ");
    waiting = [];
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismisses]")) event.target.closest("[data-toast]")?.remove();
  });
  document.addEventListener("htmx:after:request", (event) => {
    const toast = event.target.closest?.("[data-toast]");
    if (toast) toast.remove();
  });
  document.addEventListener("htmx:after:swap", watch);
  document.addEventListener("fencepost:announce", (event) => {
    if (!waiting.includes(event.detail)) waiting.push(event.detail);
  });
  setInterval(speak, SPEAKS_EVERY);
  watch();
})();
