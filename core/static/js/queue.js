// A queue by keyboard: j and k move through the rows of a table marked data-queue, o opens the row.

export function moveThroughRows() {
  const table = document.querySelector("table[data-queue], [data-queue] table");
  if (!table) return;
  const rows = () => [...table.tBodies[0].rows];
  const moves = { j: 1, k: -1 };

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = rows();
    const at = all.findIndex((row) => row.getAttribute("aria-current") === "true");
    if (event.key in moves) {
      const next = all[Math.min(Math.max(at + moves[event.key], 0), all.length - 1)];
      all.forEach((row) => row.removeAttribute("aria-current"));
      next.setAttribute("aria-current", "true");
      next.querySelector("a")?.focus();
      next.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "o" && at >= 0) all[at].querySelector("a")?.click();
  });
}
