"use strict";
(() => {
  const root = document.documentElement;
  const stored = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  if (stored()) root.dataset.theme = stored();
  const theme = document.querySelector(".theme");
  const say = () => { theme.textContent = dark() ? "Light colours" : "Dark colours"; };
  theme.hidden = false;
  say();
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* the choice lasts as long as the page */ }
    say();
  });

  const value = (row, at) => { const cell = row.cells[at]; return cell.dataset.v ?? cell.textContent.trim(); };
  for (const table of document.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending" || !head.hasAttribute("aria-sort") && !head.classList.contains("n");
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const rows = [...table.tBodies[0].rows].sort((one, two) => {
          const a = value(one, at), b = value(two, at);
          if (a === "" || b === "") return (a === "") - (b === "");
          const order = head.classList.contains("n") ? Number(a) - Number(b) : a.localeCompare(b, "en");
          return up ? order : -order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  }

  const filter = document.querySelector("#filter");
  if (filter) {
    const told = document.querySelector("#told");
    filter.addEventListener("input", () => {
      const wanted = filter.value.toLowerCase().split(",").map((name) => name.trim()).filter(Boolean);
      const seen = new Set();
      for (const row of document.querySelectorAll("tr[data-name]")) {
        const shown = wanted.length === 0 || wanted.some((name) => row.dataset.name.toLowerCase().includes(name));
        row.classList.toggle("hidden", !shown);
        if (shown) seen.add(row.dataset.name);
      }
      told.textContent = wanted.length ? `${seen.size} ${seen.size === 1 ? "country" : "countries"} shown in every table` : "";
    });
  }
})();
