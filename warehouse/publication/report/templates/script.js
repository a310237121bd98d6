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
    const { names, letters, withinWords } = JSON.parse(document.querySelector("#names").textContent);
    // As transforms.names.name_key compares names.
    const key = (name) => [...[...name].filter((c) => !withinWords.includes(c)).join("").normalize("NFKD").toLowerCase()]
      .map((c) => letters[c] ?? c).join("").replace(/ß/g, "ss").replace(/\p{M}/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/^the (?=.)/, "");
    filter.addEventListener("input", () => {
      // A comma stands between names and within them: "Korea, Rep."
      const typed = filter.value;
      const isName = (name) => Object.hasOwn(names, name);
      const wanted = (isName(key(typed)) ? [typed] : typed.split(",")).map(key).filter(Boolean);
      const shows = (row) => wanted.some((name) => isName(name) ? names[name].includes(row.dataset.name) : key(row.dataset.name).includes(name));
      const seen = new Set();
      for (const row of document.querySelectorAll("tr[data-name]")) {
        const shown = wanted.length === 0 || shows(row);
        row.classList.toggle("hidden", !shown);
        if (shown) seen.add(row.dataset.name);
      }
      told.textContent = wanted.length ? `${seen.size} ${seen.size === 1 ? "country" : "countries"} shown in every table` : "";
    });
  }
})();
