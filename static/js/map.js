/* The friction map by keyboard: one stop for Tab, arrow keys from cell to cell. Without this every cell is a stop. */
(() => {
  const table = document.querySelector("[data-map]");
  if (!table) return;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const grid = rows.map((row) => [...row.cells].map((cell) => cell.querySelector("a")));
  const links = grid.flat().filter(Boolean);
  const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

  const stopAt = (link) => {
    for (const one of links) one.tabIndex = one === link ? 0 : -1;
  };

  const beyond = (link, [down, right]) => {
    let row = grid.findIndex((line) => line.includes(link));
    let column = grid[row].indexOf(link);
    do {
      row += down;
      column += right;
      if (grid[row]?.[column]) return grid[row][column];
    } while (grid[row] && column >= 0 && column < grid[row].length);
    return null;
  };

  const edge = (link, last) => {
    const line = grid.find((one) => one.includes(link)).filter(Boolean);
    return line[last ? line.length - 1 : 0];
  };

  if (links.length) stopAt(links[0]);
  table.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) stopAt(event.target);
  });
  table.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = steps[event.key]
      ? beyond(link, steps[event.key])
      : event.key === "Home" || event.key === "End" ? edge(link, event.key === "End") : null;
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
})();
