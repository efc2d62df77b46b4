// Toasts go away by themselves after ten seconds, but not while somebody points at them or is inside with the keyboard;
// those that say what went wrong stay until they are dismissed. data-stays: other seconds.
// Also the one place that writes to the polite live region: everything to be said is gathered and said every two seconds.
(() => {
  const STAYS = 10_000;
  const SPEAKS_EVERY = 2_000;
  let waiting = [];

  const busy = (toast) => toast.matches(":hover, :focus-within, [role=alert]");
  const retire = (toast) => setTimeout(() => {
    if (busy(toast)) retire(toast);
    else toast.remove();
  }, Number(toast.dataset.stays) * 1000 || STAYS);
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
    // After the swap: what the answer changes elsewhere is looked for from where it was asked.
    if (toast) setTimeout(() => toast.remove());
  });
  document.addEventListener("htmx:after:swap", watch);

  // htmx swaps no 5xx (a gateway's page would land in a form); what went wrong is still said, in the server's words if
  // it has any, else in ours. Elements that say it themselves carry data-own-errors; #mine is asked for again by itself.
  const broken = (event, reason, fromServer) => {
    const box = document.getElementById("toasts");
    const template = document.getElementById("toast-broken");
    if (!box || !template || event.target.closest?.("[data-own-errors]") || event.target.id === "mine") return;
    const said = fromServer && new DOMParser().parseFromString(fromServer, "text/html").querySelector("[data-toast]");
    const toast = said || template.content.querySelector(`[data-reason="${reason}"] [data-toast]`).cloneNode(true);
    if ([...box.children].some((other) => other.textContent === toast.textContent)) return;
    box.append(document.adoptNode(toast));
    watch();
  };
  document.addEventListener("htmx:response:error", (event) => {
    const { response, text } = event.detail.ctx;
    if (response.status >= 500) broken(event, "server", text);
  });
  document.addEventListener("htmx:error", (event) => broken(event, "network"));
  document.addEventListener("fencepost:announce", (event) => {
    if (!waiting.includes(event.detail)) waiting.push(event.detail);
  });
  setInterval(speak, SPEAKS_EVERY);
  watch();
})();
