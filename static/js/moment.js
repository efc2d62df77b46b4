// Looks again every few seconds whether this browser was let in; not while somebody types the code of another device.
(() => {
  const typed = () => [...document.querySelectorAll("input:not([type=hidden])")].some((one) => one.value || one === document.activeElement);
  setInterval(() => { if (!document.hidden && !typed()) location.reload(); }, 5_000);
})();
