"use strict";
// The explorer: a question in the address, the figures that answer it, their drawing. The first half knows no page and is
// tested alone; what a figure is, which one an edition prints and what is known on a day are decided by the warehouse's data.
const explorer = (() => {
  const FIELDS = ["source", "measure", "entity", "edition", "currency", "base", "definition", "years", "values", "statuses", "flags", "prefix", "cells"];
  const STATUS = { a: "actual", e: "estimate", f: "forecast", m: "printed as missing" };
  const AS_OF = "as-of:";
  const KINDS = ["lines", "bars", "map", "slope", "scatter", "table"];

  // All series of a data script, each as an object.
  const seriesOf = (data) => data.series.map((packed) => Object.fromEntries(FIELDS.map((field, at) => [field, packed[at]])));

  const pointsOf = (data, series) => series.years.map((year, at) => ({
    entity: series.entity, name: data.entities[series.entity], year, value: series.values[at],
    status: STATUS[series.statuses[at]], flags: data.flags[series.flags[at]], cell: series.prefix + series.cells[at],
    edition: series.edition, definition: series.definition, currency: series.currency, base: series.base,
    unit: unitOf(data, series),
  }));

  function unitOf(data, { measure, currency, base }) {
    const { unit, parted } = data.measures[measure];
    const money = parted && currency && !unit.includes("US$") ? `${unit} ${currency}` : unit;
    return parted && base ? `${money} at prices of ${base}` : money;
  }

  // The figures of one edition, or those known on a day: of each year the newest edition that prints it by then. A year
  // that it prints as missing stays empty. Units are never joined: constant prices of an older base year are left out.
  function answer(data, question) {
    const editions = new Map(data.editions.map((edition, rank) => [edition.edition_id, { ...edition, rank }]));
    const asOf = question.edition.startsWith(AS_OF);
    const day = question.edition.slice(AS_OF.length);
    const held = seriesOf(data).filter((series) => series.measure === question.measure && series.source === question.source
      && question.entities.includes(series.entity)
      && (asOf ? editions.get(series.edition).published_on <= day : series.edition === question.edition));
    const newest = new Map();
    for (const series of held) for (const point of pointsOf(data, series)) {
      if (point.year < question.from || point.year > question.to) continue;
      const key = `${point.entity} ${point.year}`, before = newest.get(key);
      if (!before || editions.get(before.edition).rank < editions.get(point.edition).rank) newest.set(key, point);
    }
    const points = [...newest.values()];
    // A share is comparable across base years, an amount is not.
    const base = Math.max(0, ...points.map((point) => point.base ?? 0));
    const older = (point) => data.measures[question.measure].parted && (point.base ?? base) !== base;
    const shown = points.filter((point) => point.value !== null && !older(point));
    return {
      points: shown.sort((one, two) => question.entities.indexOf(one.entity) - question.entities.indexOf(two.entity) || one.year - two.year),
      missing: points.filter((point) => point.value === null).length,
      otherBase: points.filter((point) => point.value !== null && older(point)).length,
      editions: data.editions.filter((edition) => shown.some((point) => point.edition === edition.edition_id)),
    };
  }

  // The points of the last year that any of them has: what is drawn of one year.
  function latest(points) {
    const last = Math.max(...points.map((point) => point.year));
    return points.filter((point) => point.year === last);
  }

  // The points of a line with an empty one for each year between that has none, so that no line is drawn over it.
  function withGaps(points) {
    const known = new Map(points.map((point) => [point.year, point]));
    const first = points[0].year, last = points.at(-1).year;
    return Array.from({ length: last - first + 1 }, (_, at) => known.get(first + at)
      ?? { entity: points[0].entity, name: points[0].name, year: first + at, value: NaN });
  }

  function csv(data, { points, editions }) {
    const cited = new Map(editions.map((edition) => [edition.edition_id, edition]));
    const quoted = (value) => /[",\n]/.test(value ?? "") ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? "");
    const head = ["entity", "name", "year", "value", "unit", "status", "flags", "definition", "edition_id", "cell", "citation", "terms"];
    const rows = points.map((p) => [p.entity, p.name, p.year, p.value, p.unit, p.status, p.flags, p.definition, p.edition, p.cell,
      cited.get(p.edition).citation, cited.get(p.edition).licence]);
    return [head, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
  }

  const citation = (data, { editions }, question) => editions.map((edition) => `${edition.citation} (edition ${edition.edition_id}, published on ${edition.published_on}; terms: ${edition.licence})`).join(". ")
    + `. ${data.measures[question.measure].title}, by Burden sharing, build ${data.build.build_id} of ${data.build.built_on}.`;

  // All years that there are, where none were chosen: a measure with few of them does not narrow the next one.
  const EVER = { from: 0, to: 9999 };

  function hash({ measure, source, edition, entities, from, to, kind, across }) {
    const years = from === EVER.from && to === EVER.to ? {} : { years: `${from}-${to}` };
    const said = new URLSearchParams({ measure, source, edition, entities: entities.join(","), ...years, kind, across });
    return said.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  }

  // The question of an address; what it does not ask, or asks of what is not held, is taken from `usual`.
  function asked(data, text, usual) {
    const given = new URLSearchParams(text.replace(/^#/, ""));
    const entities = (given.get("entities") ?? "").split(",").filter((entity) => Object.hasOwn(data.entities, entity));
    const [from, to] = (given.get("years") ?? "").split("-").map(Number);
    const measure = Object.hasOwn(data.measures, given.get("measure") ?? "") ? given.get("measure") : usual.measure;
    const edition = given.get("edition") ?? "";
    const known = data.editions.some((held) => held.edition_id === edition) || new RegExp(`^${AS_OF}\\d{4}-\\d\\d-\\d\\d$`).test(edition);
    return { measure, source: given.get("source") ?? usual.source, edition: known ? edition : usual.edition,
      entities: entities.length ? entities : usual.entities, from: from || usual.from, to: to || usual.to,
      kind: KINDS.includes(given.get("kind")) ? given.get("kind") : usual.kind,
      across: Object.hasOwn(data.measures, given.get("across") ?? "") ? given.get("across") : usual.across };
  }

  return { AS_OF, EVER, answer, asked, citation, csv, hash, latest, seriesOf, withGaps };
})();
if (typeof module !== "undefined") module.exports = explorer;

if (typeof document !== "undefined") (() => {
  const data = globalThis.burdenSharing;
  const part = (id) => document.getElementById(id);
  const all = explorer.seriesOf(data);
  const { HUES, apart, text } = drawing;
  const yearsOf = ({ measure, source }) => [...new Set(all.filter((series) => series.measure === measure && series.source === source).flatMap((series) => series.years))].sort((one, two) => one - two);
  const newest = (source) => data.editions.filter((edition) => edition.source_id === source).at(-1);
  const whole = (source) => data.editions.filter((edition) => edition.source_id === source && edition.completeness === "complete").at(-1) ?? newest(source);
  const usual = { measure: "defence_share_of_gdp", source: "nato", edition: whole("nato").edition_id,
    entities: ["POL", "DEU", "FRA", "GBR", "USA", "NATO"].filter((entity) => Object.hasOwn(data.entities, entity)),
    ...explorer.EVER, kind: "lines", across: "usd_current" };
  const ONE_YEAR = ["bars", "map", "scatter"]; // drawn of the last year that is asked for
  let question = explorer.asked(data, location.hash, usual);
  let shown = null;

  const HEADS = [...part("rows").parentNode.tHead.rows[0].cells].map((head) => head.textContent);
  const options = (id, pairs, chosen) => part(id).replaceChildren(...pairs.map(([value, text]) => new Option(text, value, false, String(value) === String(chosen))));
  const sources = (measure) => [...new Set(all.filter((series) => series.measure === measure).map((series) => series.source))];
  const sourceName = (source) => data.sources[source] ?? source;
  const days = (source) => [...new Set(data.editions.filter((edition) => edition.source_id === source).map((edition) => edition.published_on))].sort();

  // What cannot be asked together is made a question that can: a measure has sources, a source has editions.
  function settle() {
    const held = sources(question.measure);
    if (!held.includes(question.source)) question.source = held[0];
    const asOf = question.edition.startsWith(explorer.AS_OF);
    const own = data.editions.filter((edition) => edition.source_id === question.source);
    if (!asOf && !own.some((edition) => edition.edition_id === question.edition)) question.edition = `${explorer.AS_OF}${own.at(-1).published_on}`;
    if (question.from > question.to) [question.from, question.to] = [question.to, question.from];
  }

  function controls() {
    options("measure", Object.entries(data.measures).filter(([key]) => sources(key).length).map(([key, { title }]) => [key, title]), question.measure);
    options("across", Object.entries(data.measures).filter(([key]) => sources(key).includes(question.source)).map(([key, { title }]) => [key, title]), question.across);
    options("source", sources(question.measure).map((source) => [source, sourceName(source)]), question.source);
    const known = days(question.source);
    const asOf = question.edition.startsWith(explorer.AS_OF);
    const editions = data.editions.filter((edition) => edition.source_id === question.source).reverse();
    options("edition", [["as-of", "what was known on a day"], ...editions.map((edition) => [edition.edition_id, `${edition.edition_id}${edition.completeness === "complete" ? "" : ", held in part"}`])], asOf ? "as-of" : question.edition);
    document.querySelector(".across").hidden = question.kind !== "scatter";
    const day = asOf ? question.edition.slice(explorer.AS_OF.length) : data.editions.find((edition) => edition.edition_id === question.edition).published_on;
    drag("day", known.length - 1, known.filter((published) => published <= day).length - 1, day);
    const years = yearsOf(question), from = Math.max(question.from, years[0]), to = Math.min(question.to, years.at(-1));
    const oneYear = ONE_YEAR.includes(question.kind);
    document.querySelector(".year").hidden = !oneYear;
    part("to").parentNode.hidden = oneYear;
    drag("year", years.length - 1, years.filter((year) => year <= to).length - 1, to);
    options("from", years.map((year) => [year, year]), from);
    options("to", years.map((year) => [year, year]), to);
    part("kind").value = question.kind;
    const offered = new Set(all.filter((series) => series.measure === question.measure && series.source === question.source).map((series) => series.entity));
    part("list").replaceChildren(part("list").querySelector("legend"), ...Object.entries(data.entities).filter(([entity]) => offered.has(entity))
      .sort((one, two) => one[1].localeCompare(two[1], "en")).map(([entity, name]) => {
        const label = document.createElement("label"), box = document.createElement("input");
        Object.assign(box, { type: "checkbox", value: entity, checked: question.entities.includes(entity) });
        box.addEventListener("change", () => change({ entities: box.checked ? [...question.entities, entity] : question.entities.filter((other) => other !== entity) }, true));
        label.append(box, ` ${name}`);
        return label;
      }));
  }

  function drag(id, most, at, said) {
    Object.assign(part(id), { max: most, value: Math.max(0, at), disabled: most < 1 });
    part(id).setAttribute("aria-valuetext", said);
    part(`${id}-said`).textContent = said;
  }

  const tip = (point) => [`${point.name}, ${point.year}: ${text(point.value)} ${point.unit}`, `${point.status}${point.flags && point.flags !== point.status ? `; ${point.flags.replaceAll("_", " ")}` : ""}`, `definition ${point.definition.replaceAll("_", " ")}`, point.edition, point.cell].join("\n");

  function hues(points) {
    const names = [...new Set(points.map((point) => point.name))];
    return { domain: names, range: names.map((_, at) => HUES[at % HUES.length]) };
  }

  const frame = (height, rest) => drawing.frame(part("drawing"), height, rest);
  const tips = drawing.TIPS;

  // The same question to the newest edition, drawn thin behind an older one: what was rewritten since.
  function rewritten() {
    const now = whole(question.source).edition_id, day = data.editions.find((edition) => edition.edition_id === now).published_on;
    const edition = question.edition.startsWith(explorer.AS_OF) ? `${explorer.AS_OF}${newest(question.source).published_on}` : now;
    return edition === question.edition || question.edition === `${explorer.AS_OF}${day}` ? [] : explorer.answer(data, { ...question, edition }).points;
  }

  function drawLines(points, unit) {
    const color = hues(points), lines = d3.group(points, (point) => point.entity), years = [...new Set(points.map((point) => point.year))];
    const drawn = [...lines.values()].flatMap(explorer.withGaps), ends = [...lines.values()].map((line) => line.at(-1));
    const later = rewritten().filter((point) => point.unit === unit && lines.has(point.entity) && point.year <= Math.max(...years));
    const narrow = part("drawing").clientWidth < 560, label = (point) => narrow ? point.name : `${point.name} ${text(point.value)}`;
    return Plot.plot(frame(narrow ? 340 : 420, { marginLeft: 56, marginRight: 16 + 8.4 * Math.max(...ends.map((point) => label(point).length)), marginTop: 12, color, x: { tickFormat: "d", label: null, ticks: narrow ? [Math.min(...years), Math.max(...years)] : years.length < 8 ? years : undefined }, y: { grid: true, label: null, zero: true, nice: true },
      marks: [Plot.ruleY([0], { stroke: "var(--grid)" }),
        Plot.lineY([...d3.group(later, (point) => point.entity).values()].flatMap(explorer.withGaps), { x: "year", y: "value", z: "entity", stroke: "name", strokeWidth: 1.5, strokeDasharray: "3 3", strokeOpacity: 0.7 }),
        Plot.lineY(drawn, { x: "year", y: "value", z: "entity", stroke: "name", strokeWidth: 2.5 }),
        Plot.dot(points, { x: "year", y: "value", stroke: "name", fill: "var(--paper)", r: 3.5, filter: (point) => point.status !== "actual" }),
        Plot.dot(points, { x: "year", y: "value", fill: "name", r: 3.5, filter: (point) => point.status === "actual" }),
        Plot.text(ends, apart({ x: "year", y: "value", text: label, dx: 8, textAnchor: "start", fill: "name", fontWeight: 600 })),
        Plot.tip(points, Plot.pointer({ x: "year", y: "value", title: tip, ...tips }))] }));
  }

  function drawBars(points, unit) {
    const rows = d3.sort(explorer.latest(points), (point) => -point.value);
    return Plot.plot(frame(30 + 24 * rows.length, { marginLeft: 150, marginRight: 70, x: { axis: null, nice: true }, y: { label: null, tickSize: 0, domain: rows.map((row) => row.name) },
      marks: [Plot.barX(rows, { x: "value", y: "name", fill: HUES[0], fillOpacity: (row) => (row.status === "actual" ? 1 : 0.72) }), Plot.text(rows, { x: (row) => Math.max(0, row.value), y: "name", text: (row) => text(row.value), dx: 5, textAnchor: "start" }), Plot.ruleX([0]),
        Plot.tip(rows, Plot.pointerY({ x: "value", y: "name", title: tip, ...tips }))] }));
  }

  // Borders of the atlas by country, and where a label has room: the middle of the largest part.
  const borders = topojson.feature(worldAtlas, worldAtlas.objects.countries).features;
  const byCode = new Map(borders.map((border) => [border.id, border]));
  const middle = ({ geometry }) => d3.geoCentroid(geometry.type === "Polygon" ? geometry : d3.greatest(geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates })), d3.geoArea));
  const inEurope = ([longitude, latitude]) => longitude > -26 && longitude < 46 && latitude > 34 && latitude < 72;
  const WORLD = { type: "MultiPoint", coordinates: [[-165, 74], [178, 74], [-150, -48], [178, -48]] };
  const EUROPE = { type: "MultiPoint", coordinates: [[-23, 64], [-9, 36], [28, 71], [43, 37]] };
  const PAINT = ["#d6e6f4", "#abcfe6", "#6aaed6", "#3787c0", "#105ba4", "#08306b"];

  // One map of Europe and, for who is elsewhere, one of the world.
  function drawMap(points, unit) {
    const rows = explorer.latest(points).flatMap((point) => {
      const border = byCode.get(data.numeric[point.entity]);
      return border ? [{ ...point, border, at: middle(border) }] : [];
    });
    if (!rows.length) return null;
    const color = { type: "quantize", n: PAINT.length, range: PAINT, domain: d3.extent(rows, (row) => row.value), unknown: "var(--tint)" };
    const europe = rows.filter((row) => inEurope(row.at)), elsewhere = rows.filter((row) => !inEurope(row.at)), width = frame(0).width;
    const map = (shown, projection, height) => Plot.plot(frame(height, { projection, color, marks: [
      Plot.geo(borders, { fill: "var(--tint)", stroke: "var(--soft)", strokeWidth: 0.4 }),
      Plot.geo(shown.map((row) => ({ ...row.border, value: row.value })), { fill: "value", stroke: "var(--paper)", strokeWidth: 0.8 }),
      Plot.text(shown, { x: (row) => row.at[0], y: (row) => row.at[1], text: (row) => (shown === europe ? text(row.value) : `${row.name} ${text(row.value)}`), fill: "#17212b", stroke: "#ffffff", strokeWidth: 3, fontSize: 11, fontWeight: 600, filter: (row) => width > 560 || shown === elsewhere }),
      Plot.tip(shown, Plot.pointer({ x: (row) => row.at[0], y: (row) => row.at[1], title: tip, maxRadius: 60, ...tips }))] }));
    return [...(europe.length ? [map(europe, { type: "azimuthal-equal-area", rotate: [-12, -52], domain: EUROPE, inset: 4 }, Math.min(620, 0.72 * width))] : []),
      ...(elsewhere.length ? [map(elsewhere, { type: "equal-earth", domain: WORLD }, Math.min(340, 0.45 * width))] : [])];
  }

  function drawSlope(points, unit) {
    const ends = [...d3.group(points, (point) => point.entity).values()].flatMap((line) => line.length > 1 ? [line[0], line.at(-1)] : []);
    return Plot.plot(frame(460, { marginLeft: 150, marginRight: 150, marginTop: 30, color: hues(ends), x: { tickFormat: "d", label: null, ticks: [...new Set(ends.map((p) => p.year))] }, y: { axis: null, label: unit, zero: true },
      marks: [Plot.line(ends, { x: "year", y: "value", z: "entity", stroke: "name", strokeWidth: 2, marker: "dot" }),
        Plot.text(ends.filter((_, at) => at % 2 === 0), apart({ x: "year", y: "value", text: (p) => `${p.name} ${text(p.value)}`, dx: -8, textAnchor: "end", fill: "name" })),
        Plot.text(ends.filter((_, at) => at % 2), apart({ x: "year", y: "value", text: (p) => `${text(p.value)} ${p.name}`, dx: 8, textAnchor: "start", fill: "name" })),
        Plot.tip(ends, Plot.pointer({ x: "year", y: "value", title: tip, ...tips }))] }));
  }

  // Labels that have room: one that would cover another is left to the tooltip.
  const withRoom = (options) => Plot.initializer(options, (rows, facets, channels, scales) => {
    const places = rows.map((row, at) => ({ x: scales.x(channels.x.value[at]), y: scales.y(channels.y.value[at]), half: 3.4 * row.name.length })), kept = [];
    for (const place of places) if (kept.every((other) => Math.abs(other.y - place.y) > 13 || Math.abs(other.x - place.x) > other.half + place.half)) kept.push(place);
    return { data: rows, facets: facets.map((facet) => facet.filter((at) => kept.includes(places[at]))) };
  });

  function drawScatter(points, unit) {
    const across = explorer.answer(data, { ...question, measure: question.across });
    const other = new Map(across.points.map((point) => [`${point.entity} ${point.year}`, point]));
    const both = points.flatMap((point) => { const found = other.get(`${point.entity} ${point.year}`); return found ? [{ ...point, across: found }] : []; });
    if (!both.length) return null;
    const rows = explorer.latest(both), last = rows[0].year;
    const money = rows[0].across.unit.startsWith("million");
    return Plot.plot(frame(480, { marginLeft: 76, marginRight: 60, marginTop: 34, marginBottom: 50, inset: 16, x: { grid: true, labelOffset: 44, type: money ? "log" : "linear", label: `${data.measures[question.across].title}, ${rows[0].across.unit}, ${last}${money ? " (log scale)" : ""}`, tickFormat: money ? "~s" : undefined }, y: { grid: true, label: unit },
      marks: [Plot.dot(rows, { x: (p) => p.across.value, y: "value", fill: HUES[0], r: 4 }), Plot.text(rows, withRoom({ x: (p) => p.across.value, y: "value", text: "name", dy: -9 })),
        Plot.tip(rows, Plot.pointer({ x: (p) => p.across.value, y: "value", title: (p) => `${tip(p)}\n\n${tip(p.across)}`, ...tips }))] }));
  }

  const DRAW = { lines: drawLines, bars: drawBars, map: drawMap, slope: drawSlope, scatter: drawScatter };

  function draw() {
    shown = explorer.answer(data, question);
    const units = d3.group(shown.points, (point) => point.unit);
    // One drawing a unit: an amount in euro and one in zloty share no scale.
    const figures = question.kind === "table" ? [] : [...units].flatMap(([unit, points]) => [DRAW[question.kind](points, unit)].flat().filter(Boolean)
      .map((figure) => drawing.described(figure, `${data.measures[question.measure].title}, ${unit}: ${said(points)}`)));
    part("drawing").replaceChildren(...(figures.length || question.kind === "table" ? figures : ["Nothing is held that answers this question: choose another edition, source, year or country."]));
    part("behind").open = question.kind === "table" || part("behind").open;
    part("finding").textContent = [...units.values()].slice(0, 3).map(said).join(" ");
    part("subtitle").textContent = `${data.measures[question.measure].title}${units.size ? `, ${[...units.keys()].slice(0, 3).join(", ")}` : ""}. ${sourceName(question.source)}, ${question.edition.startsWith(explorer.AS_OF) ? `as known on ${question.edition.slice(explorer.AS_OF.length)}` : `edition ${question.edition}`}${question.kind === "lines" ? "; hollow points are estimates or forecasts" : ""}${question.kind === "lines" && rewritten().length ? "; dashed: as the newest edition has it" : ""}.`;
    const notes = [];
    const off = question.kind === "map" ? shown.points.filter((point) => !byCode.has(data.numeric[point.entity])).map((point) => point.name) : [];
    if (question.kind === "map") notes.push(`Borders: Natural Earth, 1:110 million, which draws who governs in fact; they are no statement of this project. From light to dark: ${[...units].map(([unit, points]) => d3.extent(explorer.latest(points), (point) => point.value).map((value) => text(value)).join(" to ") + ` ${unit}`).join("; ")}.${off.length ? ` Not on the map: ${[...new Set(off)].join(", ")}.` : ""}`);
    if (shown.missing) notes.push(`${shown.missing} figures are printed as missing by the newest edition that has them, and are not drawn.`);
    if (shown.otherBase) notes.push(`${shown.otherBase} figures at prices of an older base year are left out: they are not comparable.`);
    if (new Set(shown.points.map((point) => point.definition)).size > 1) notes.push("The definition changes between these editions: each point names its own.");
    part("left-out").textContent = notes.join(" ");
    part("citation").textContent = shown.points.length ? explorer.citation(data, shown, question) : "";
    part("rows").replaceChildren(...shown.points.map((point) => {
      const row = document.createElement("tr");
      row.append(...[point.name, point.year, text(point.value), point.unit, point.status, (point.flags ?? "").replaceAll("_", " "), point.definition.replaceAll("_", " "), point.edition, point.cell].map((value, at) => {
        const cell = document.createElement(at ? "td" : "th");
        if (!at) cell.scope = "row";
        if (at === 1 || at === 2) cell.className = "n";
        cell.dataset.label = HEADS[at];
        cell.textContent = value;
        return cell;
      }));
      return row;
    }));
    sayRoles(part("rows").parentNode);
  }

  // The answer in a sentence: who is highest and lowest in the last year, and by how much they moved.
  function said(points) {
    const last = Math.max(...points.map((point) => point.year)), now = d3.sort(points.filter((point) => point.year === last), (point) => -point.value);
    const line = (point) => {
      const first = points.find((other) => other.entity === point.entity);
      return `${point.name} ${text(point.value)}${first !== point ? ` (${text(first.value)} in ${first.year})` : ""}`;
    };
    return now.length === 1 ? `In ${last}: ${line(now[0])} ${now[0].unit}.` : `In ${last}, highest ${line(now[0])}, lowest ${line(now.at(-1))}, ${now[0].unit}.`;
  }

  function change(changed, named = false) {
    question = { ...question, ...changed };
    settle();
    // Another measure or source that the edition or day does not have is shown as its newest edition has it.
    if ((changed.measure || changed.source) && !explorer.answer(data, question).points.length) question = { ...question, edition: whole(question.source).edition_id, ...explorer.EVER };
    history.replaceState(null, "", `#${explorer.hash(question)}`);
    controls();
    if (named) part("entities").value = question.entities.map((entity) => data.entities[entity]).join(", ");
    draw();
  }

  // Names as the report's filter takes them; a group that has no series of its own means its members.
  function meant(typed) {
    const key = (name) => nameKey(name, data.names);
    const whole = Object.hasOwn(data.names.names, key(typed)) ? [typed] : typed.split(",");
    const found = whole.map(key).filter(Boolean).map((name) => [name, namesMeant(name, data.names.names).flatMap((known) => data.names.names[known])]);
    return { entities: [...new Set(found.flatMap(([, entities]) => entities))].filter((entity) => Object.hasOwn(data.entities, entity)), unknown: found.filter(([, entities]) => !entities.length).map(([name]) => name) };
  }

  for (const id of ["measure", "source", "kind", "across"]) part(id).addEventListener("change", (event) => change({ [id]: event.target.value }));
  for (const id of ["from", "to"]) part(id).addEventListener("change", (event) => change({ [id]: Number(event.target.value) }));
  part("edition").addEventListener("change", (event) => change({ edition: event.target.value === "as-of" ? `${explorer.AS_OF}${newest(question.source).published_on}` : event.target.value }));
  part("day").addEventListener("input", (event) => change({ edition: `${explorer.AS_OF}${days(question.source)[event.target.value]}` }));
  part("year").addEventListener("input", (event) => { const to = yearsOf(question)[event.target.value]; change({ to, from: Math.min(question.from, to) }); });
  part("entities").addEventListener("input", (event) => {
    const { entities, unknown } = meant(event.target.value);
    part("entities-said").textContent = unknown.length ? `Not known: ${unknown.join(", ")}.` : `${entities.length} chosen.`;
    if (entities.length) change({ entities });
  });
  part("question").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => { question = explorer.asked(data, location.hash, usual); change({}, true); });
  addEventListener("resize", draw);

  const name = () => `${question.measure}-${question.source}`;
  drawing.offer(part("drawing"), () => ({ title: part("finding").textContent, subtitle: part("subtitle").textContent, source: explorer.citation(data, shown, question), name: name() }));
  drawing.offerLink();
  part("csv").addEventListener("click", () => drawing.save(new Blob([explorer.csv(data, shown)], { type: "text/csv" }), `${name()}.csv`));
  change({}, true);
})();
