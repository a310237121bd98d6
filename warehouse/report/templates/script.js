// Sorting by a heading, filtering by country, and the choice of dark or light. Without it the page is whole.
(() => {
  const root = document.documentElement;
  const toggle = document.querySelector("[data-toggle-theme]");
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
    });
  }
  const compare = (a, b) => {
    if (a === b) return 0;
    if (a === "") return 1;
    if (b === "") return -1;
    const x = Number(a), y = Number(b);
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
  };
  for (const table of document.querySelectorAll("table")) {
    table.querySelectorAll("thead th").forEach((heading, column) => {
      const button = heading.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const descending = heading.getAttribute("aria-sort") === "ascending" ||
          (!heading.hasAttribute("aria-sort") && heading.classList.contains("n"));
        table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const body = table.tBodies[0];
        const key = (row) => row.cells[column].dataset.sort;
        const rows = [...body.rows].sort((a, b) => {
          const x = key(a), y = key(b);
          return descending && x !== "" && y !== "" ? compare(y, x) : compare(x, y);
        });
        body.append(...rows);
      });
    });
  }
  const filter = document.querySelector("[data-filter]");
  if (filter) {
    filter.closest(".tools").hidden = false;
    filter.addEventListener("input", () => {
      const wanted = filter.value.trim().toLowerCase();
      let found = 0;
      for (const row of document.querySelectorAll("[data-country]")) {
        row.hidden = wanted !== "" && !row.dataset.country.includes(wanted);
        found += row.hidden ? 0 : 1;
      }
      document.querySelector("[data-found]").textContent = wanted ? `${found} rows` : "";
    });
  }
})();
