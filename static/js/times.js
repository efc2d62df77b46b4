// Shows <time data-local="date|datetime|time"> in the reader's own zone and language.
(() => {
  const STYLES = {
    date: { day: "numeric", month: "short", year: "numeric" },
    time: { hour: "2-digit", minute: "2-digit" },
    datetime: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
  };
  // Plain English writes the day first, as the server does: 18 Dec 2026.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang || undefined;

  const localise = (time) => {
    const text = time.getAttribute("datetime");
    if (!text || time.shown === text + time.textContent) return;
    const moment = new Date(text);
    if (Number.isNaN(moment.valueOf())) return;
    // A bare date is a day on the calendar, the same in every zone.
    const zone = text.length === 10 ? { timeZone: "UTC" } : {};
    time.textContent = new Intl.DateTimeFormat(language, { ...STYLES[time.dataset.local] ?? STYLES.datetime, ...zone }).format(moment);
    time.shown = text + time.textContent;
  };
  const localiseAll = () => document.querySelectorAll("time[data-local]").forEach(localise);

  localiseAll();
  document.addEventListener("htmx:after:swap", localiseAll);
})();
