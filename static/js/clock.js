// Counts down to the server's `ends_at` on every <time data-clock>. The end is soft: nothing is ever locked here.
(() => {
  const SPOKEN = [[300, "Five minutes left."], [60, "One minute left."], [0, "Time is up. Finish your thought, nothing is lost."]];
  // Server clock minus this device's clock. A sample is late by its journey, so the largest is the truest.
  let offset = null;
  // For each clock: the seconds left when last looked at, to notice when a threshold is crossed.
  const lastSeen = new Map();

  const sample = (text) => {
    const server = Date.parse(text ?? "");
    if (!Number.isNaN(server)) offset = Math.max(offset ?? -Infinity, server - Date.now());
  };
  const words = (seconds) => {
    const whole = Math.abs(seconds);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    if (hours >= 48) return `${Math.round(hours / 24)} days`;
    if (hours) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
    return `${minutes}:${String(whole % 60).padStart(2, "0")}`;
  };
  const put = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const speak = (id, ends, left, atTheEnd) => {
    const seen = lastSeen.get(id);
    if (seen && seen.ends === ends) {
      const crossed = SPOKEN.filter(([limit]) => seen.left > limit && left <= limit).at(-1);
      if (crossed?.[0] === 0) document.dispatchEvent(new CustomEvent("fencepost:time-is-up", { detail: id }));
      if (crossed) document.dispatchEvent(new CustomEvent("fencepost:announce", { detail: crossed[0] === 0 && atTheEnd ? atTheEnd : crossed[1] }));
    }
    lastSeen.set(id, { ends, left });
  };
  const draw = (time) => {
    if (time.dataset.now !== time.sampled) {
      time.sampled = time.dataset.now;
      sample(time.dataset.now);
    }
    const ends = Date.parse(time.getAttribute("datetime"));
    if (Number.isNaN(ends)) return;
    const left = Math.ceil((ends - Date.now() - (offset ?? 0)) / 1000);
    const state = left <= 0 ? "over" : left <= 60 ? "soon" : "running";
    const box = time.closest(".clock");
    time.dataset.state = state;
    put(time, left < 0 ? `${words(left)} over` : words(left));
    if (box) {
      box.dataset.state = state;
      const label = box.querySelector("[data-clock-label]");
      if (label?.dataset[state]) put(label, label.dataset[state]);
    }
    speak(box?.id || "clock", ends, left, box?.dataset.said);
  };
  const drawAll = () => document.querySelectorAll("time[data-clock]").forEach(draw);

  sample(document.querySelector('meta[name="server-now"]')?.content);
  drawAll();
  setInterval(drawAll, 250);
  document.addEventListener("htmx:after:swap", drawAll);
  document.addEventListener("visibilitychange", drawAll);
})();
