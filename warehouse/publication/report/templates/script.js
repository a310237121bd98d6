"use strict";
// The key by which names are compared, as transforms.normalise.names.name_key makes it.
function nameKey(name, { letters, withinWords }) {
  return [...[...name].filter((c) => !withinWords.includes(c)).join("").normalize("NFKD").toLowerCase()]
    .map((c) => letters[c] ?? c).join("").replace(/ß/g, "ss").replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/^the (?=.)/, "");
}
// A whole name means what it names; what is typed so far means every name of which a word begins with it.
function namesMeant(typed, names) {
  if (Object.hasOwn(names, typed)) return [typed];
  return typed.length < 3 ? [] : Object.keys(names).filter((name) => ` ${name}`.includes(` ${typed}`));
}
// On a narrow screen a row is a card, each cell with its heading: the roles that `display` takes away are said.
function sayRoles(table) {
  table.setAttribute("role", "table");
  table.caption?.setAttribute("role", "caption");
  for (const part of [table.tHead, ...table.tBodies, table.tFoot].filter(Boolean)) part.setAttribute("role", "rowgroup");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    for (const cell of row.cells) cell.setAttribute("role", row.parentNode === table.tHead ? "columnheader" : cell.tagName === "TH" ? "rowheader" : "cell");
  }
}
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

  for (const table of document.querySelectorAll(".scroll table")) {
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    table.classList.add("labelled");
    for (const row of table.rows) for (const [at, cell] of [...row.cells].entries()) if (row.parentNode !== table.tHead && cell.colSpan === 1) cell.dataset.label = heads[at];
    sayRoles(table);
  }

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
          // An amount in euro is neither more nor less than one in zloty: amounts are sorted within their currency.
          const { currency: p = "" } = one.cells[at].dataset, { currency: q = "" } = two.cells[at].dataset;
          if (p !== q) return p.localeCompare(q, "en");
          const order = head.classList.contains("n") ? Number(a) - Number(b) : a.localeCompare(b, "en");
          return up ? order : -order;
        });
        table.tBodies[0].append(...rows);
      });
    });
  }

  const filter = document.querySelector("#filter");
  if (filter) {
    const said = document.querySelector("#shown");
    const known = JSON.parse(document.querySelector("#names").textContent);
    const { names } = known;
    const key = (name) => nameKey(name, known);
    const isName = (name) => Object.hasOwn(names, name);
    const countries = (typed) => namesMeant(typed, names).flatMap((name) => names[name]);
    filter.addEventListener("input", () => {
      // A comma separates names and occurs within them: "Korea, Rep."
      const typed = filter.value;
      const wanted = (isName(key(typed)) ? [typed] : typed.split(",")).map(key).filter(Boolean);
      const rows = [...document.querySelectorAll("tr[data-name]")];
      const found = new Set(wanted.flatMap(countries));
      for (const row of rows) if (wanted.some((name) => key(row.dataset.name).includes(name) && !isName(name))) found.add(row.dataset.name);
      const any = rows.some((row) => found.has(row.dataset.name));
      const seen = new Set();
      for (const row of rows) {
        const shown = !any || found.has(row.dataset.name);
        row.classList.toggle("hidden", !shown);
        if (shown) seen.add(row.dataset.name);
      }
      said.textContent = wanted.length === 0 ? "" : any
        ? `${seen.size} ${seen.size === 1 ? "country" : "countries"} shown in every table`
        : "No country or group of these tables has that name: all are shown";
    });
  }
})();
