"use strict";
// What the pages that draw share: how a drawing looks, how numbers are printed, and how a drawing is taken away.
const drawing = (() => {
  // Dark enough on white and light enough on black; each line carries its name as well.
  const HUES = ["#1f77b4", "#c4570a", "#0b8562", "#b8559a", "#8a6d00", "#5b6ee1", "#8c564b", "#7a8792"];
  const LIGHT = { "var(--ink)": "#17212b", "currentColor": "#17212b", "var(--paper)": "#ffffff", "var(--grid)": "#dfe4e9", "var(--soft)": "#55626f", "var(--faint)": "#9fb6c9", "var(--first)": "#0b62a4", "var(--second)": "#b5500a", "var(--third)": "#0b7a5c", "var(--fourth)": "#8a3ea8", "var(--tint)": "#f4f6f8" };
  const TIPS = { stroke: "var(--soft)", fill: "var(--paper)", lineWidth: 30, fontSize: 12 };

  const text = (value, decimals = Math.abs(value) < 100 ? 2 : 0) => Number(value).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "\u2212");
  const frame = (place, height, rest) => ({ width: Math.max(320, place.clientWidth), height, style: { background: "transparent", color: "var(--ink)", fontSize: "13px", overflow: "visible" }, ...rest });

  // Labels at the ends of lines, moved apart so that none covers another.
  const apart = (options) => Plot.initializer(options, (rows, facets, channels, scales) => {
    const places = Array.from(channels.y.value, (value) => scales.y(value));
    const order = d3.sort(d3.range(places.length), (at) => places[at]);
    order.forEach((at, rank) => { if (rank) places[at] = Math.max(places[at], places[order[rank - 1]] + 15); });
    return { data: rows, facets, channels: { y: { value: places, source: null } } };
  });

  // The drawing is one picture with one description; what its groups are called says nothing to a listener.
  function described(figure, description) {
    for (const group of figure.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
    figure.setAttribute("role", "img");
    figure.setAttribute("aria-label", description);
    return figure;
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const escaped = (value) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const wrapped = (value, width, size) => value.match(new RegExp(`.{1,${Math.floor(width / (0.56 * size))}}(\\s|$)`, "g")) ?? [];

  // The drawings in `place` as one file: colours of the light page, a title over them, the citation under them.
  function standalone(place, { title, subtitle, source }) {
    const figures = [...place.querySelectorAll(":scope > svg")];
    if (!figures.length) return null;
    const width = Math.max(...figures.map((figure) => figure.viewBox.baseVal.width)), parts = [];
    let top = 6;
    const write = (said, size, colour, weight) => {
      for (const line of wrapped(said, width, size)) {
        top += 1.3 * size;
        parts.push(`<text x="4" y="${top}" font-size="${size}" font-weight="${weight}" font-family="sans-serif" fill="${colour}">${escaped(line)}</text>`);
      }
      top += 6;
    };
    write(title, 16, LIGHT["var(--ink)"], "bold");
    write(subtitle, 12, LIGHT["var(--soft)"], "normal");
    for (const figure of figures) {
      let svg = new XMLSerializer().serializeToString(figure);
      for (const [used, colour] of Object.entries(LIGHT)) svg = svg.replaceAll(used, colour);
      parts.push(svg.replace(/<svg /, `<svg y="${top}" `));
      top += figure.viewBox.baseVal.height;
    }
    write(source, 10, LIGHT["var(--soft)"], "normal");
    const tall = Math.ceil(top + 4);
    return { svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${tall}" width="${width}" height="${tall}"><rect width="${width}" height="${tall}" fill="#ffffff"/>${parts.join("")}</svg>`, width, height: tall };
  }

  // The buttons `svg` and `png`: `place` holds the drawing, `words` says title, subtitle, source and the file's name.
  function offer(place, words) {
    const made = (use) => { const said = words(), file = standalone(place, said); if (file) use(file, said.name); };
    document.getElementById("svg").addEventListener("click", () => made(({ svg }, name) => save(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`)));
    document.getElementById("png").addEventListener("click", () => made(({ svg, width, height }, name) => {
      const image = new Image();
      image.addEventListener("load", () => {
        const canvas = document.createElement("canvas");
        Object.assign(canvas, { width: 2 * width, height: 2 * height });
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob((blob) => save(blob, `${name}.png`), "image/png");
      });
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    }));
  }

  // The button `link`: the address holds the question.
  function offerLink() {
    document.getElementById("link").addEventListener("click", async () => {
      const said = document.getElementById("done");
      try { await navigator.clipboard.writeText(location.href); said.textContent = "The link is copied."; } catch { said.textContent = location.href; }
    });
  }

  const csv = (rows) => rows.map((row) => row.map((value) => (/[",\n]/.test(value ?? "") ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""))).join(",")).join("\n") + "\n";

  return { HUES, TIPS, apart, csv, described, frame, offer, offerLink, save, text };
})();
