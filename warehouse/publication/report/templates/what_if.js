"use strict";
// The what-if page: a question in the address, its answer by requiredPath on the data of `burden path`, and how it is shown.
const whatIf = (() => {
  const NO_GROWTH = null;

  // The question of an address; what it does not ask is taken from `usual`. Several Allies are parted by commas.
  function asked(data, address, usual) {
    const given = new URLSearchParams(address.replace(/^#/, ""));
    const known = (given.get("entity") ?? "").split(",").filter((entity) => Object.hasOwn(data.starts, entity));
    const number = (name, otherwise) => (given.get(name) && Number.isFinite(Number(given.get(name))) ? Number(given.get(name)) : otherwise);
    return { entity: known.length ? known.join(",") : usual.entity, target: number("target", usual.target), by: number("by", usual.by),
      growth: number("growth", NO_GROWTH), plan: given.get("plan") ?? "" };
  }

  function hash({ entity, target, by, growth, plan }) {
    const said = new URLSearchParams({ entity, target: target ?? "", by: by ?? "" });
    if (growth !== NO_GROWTH) said.set("growth", growth);
    if (plan) said.set("plan", plan);
    return said.toString().replaceAll("%2C", ",");
  }

  // What the paths of a question start from; an error says why several cannot be one.
  function startOf(data, { entity }) {
    const codes = [...new Set(entity.split(","))].sort(), starts = codes.map((code) => data.starts[code]);
    if (codes.length === 1) return starts[0];
    if (codes.some((code) => data.groups.includes(code))) throw new Error("Several can be one only if each is an Ally: a group is asked alone.");
    if (starts.some((start) => start.edition_id !== starts[0].edition_id || start.start_year !== starts[0].start_year)) throw new Error("The newest figures of these Allies are of different editions or years.");
    const joint = requiredPath.joint(starts, data.horizon), words = new Set(starts.map((start) => start.growth_words.real));
    return { ...joint, entity, name: starts.map((start) => start.name).join(", "), growth_words: { ...starts[0].growth_words, real: words.size === 1 ? starts[0].growth_words.real : "members differ" } };
  }

  // Points of a plan: "2028 3.0, 2031 3.2"; a year and a share of GDP each, in the order of the years.
  function pointsOf(text, { start_year }, horizon) {
    const points = text.split(/[,;]+/).map((part) => part.trim()).filter(Boolean).map((part) => {
      const found = /^(\d{4})\s*[:=\s]\s*(\d+(?:\.\d+)?)\s*%?$/.exec(part);
      if (!found) throw new Error(`Your plan: expected a year and a share, such as 2028 3.0, found “${part}”.`);
      return { year: Number(found[1]), share_pct: Number(found[2]) };
    }).sort((one, two) => one.year - two.year);
    if (points.some(({ year }, at) => year <= start_year || year > horizon || (at && points[at - 1].year === year))) throw new Error(`Your plan: expected each year once, from ${start_year + 1} to ${horizon}.`);
    return points;
  }

  // The answer: both paths, what they ask for, the plan, what may come, and each member on a path to the same target.
  function answer(data, question) {
    const start = startOf(data, question);
    const { target, by } = question;
    if (!(target !== null && target >= 0 && target <= 100)) throw new Error(`Target: expected 0 to 100 % of GDP, found ${target ?? "nothing"}.`);
    if (!(Number.isInteger(by) && by >= start.start_year && by <= data.horizon)) throw new Error(`Year: expected ${start.start_year}, the last year with a figure, to ${data.horizon}, found ${by ?? "nothing"}.`);
    const paths = Object.fromEntries(requiredPath.KINDS.map((kind) => [kind, requiredPath.path(start, question, kind)]));
    const points = pointsOf(question.plan, start, data.horizon);
    const codes = question.entity.includes(",") ? question.entity.split(",") : data.members[question.entity] ?? [];
    const members = codes.map((code) => data.starts[code]).map((member) => ({ start: member, last: requiredPath.path(member, question, "linear").at(-1), ...requiredPath.needed(member, question) }));
    return { start, paths, points, members, needed: requiredPath.needed(start, question), chance: requiredPath.chance(start, question, data.percents),
      plan: points.length ? requiredPath.plan(start, points, question.growth) : [] };
  }

  return { answer, asked, hash, pointsOf, startOf };
})();
if (typeof module !== "undefined") module.exports = whatIf;

if (typeof document !== "undefined" && document.getElementById("question")) (() => {
  const data = globalThis.burdenSharingPaths;
  const { text } = drawing;
  const part = (id) => document.getElementById(id);
  const usual = { entity: Object.hasOwn(data.starts, "NATO_EUR_CAN") ? "NATO_EUR_CAN" : Object.keys(data.starts)[0], target: 3.5, by: 2035 };
  let question = whatIf.asked(data, location.hash, usual), reply = null;

  const billions = (value, decimals) => (value === null ? "unknown" : text(value / 1000, decimals ?? (Math.abs(value) < 10000 ? 2 : 1)));
  const dollars = ({ start }) => `billion US$ of ${start.base_year}`;
  const money = (reply) => (reply.start.currency && reply.start.expenditure_national_currency_m !== null ? ["national_currency_m", `billion ${reply.start.currency} of ${reply.start.start_year}`] : ["usd_constant_m", dollars(reply)]);
  const percentage = (value) => `${Math.round(100 * value)}\u00a0%`;
  const between = ({ least, most }) => (least === 0 ? `under ${percentage(most)}` : most === 1 ? `over ${percentage(least)}` : `${Math.round(100 * least)}\u2013${percentage(most)}`);
  const CODES = Object.values(data.starts).sort((one, two) => one.name.localeCompare(two.name, "en"));

  function fillControls() {
    const groups = [["Groups", CODES.filter(({ entity }) => data.groups.includes(entity))], ["Allies", CODES.filter(({ entity }) => !data.groups.includes(entity))]];
    part("entity").replaceChildren(...groups.map(([label, starts]) => {
      const made = Object.assign(document.createElement("optgroup"), { label });
      made.append(...starts.map(({ entity, name }) => new Option(name, entity)));
      return made;
    }), new Option("several Allies as one", ""));
    part("list").append(...groups[1][1].map(({ entity, name }) => {
      const label = document.createElement("label"), box = Object.assign(document.createElement("input"), { type: "checkbox", value: entity });
      box.addEventListener("change", () => {
        const chosen = [...part("list").querySelectorAll("input:checked")].map(({ value }) => value).sort();
        if (chosen.length) change({ entity: chosen.join(",") });
      });
      label.append(box, ` ${name}`);
      return label;
    }));
  }

  function showQuestion() {
    const codes = question.entity.split(","), several = codes.length > 1;
    part("entity").value = several ? "" : question.entity;
    part("several").open = several || part("several").open;
    for (const box of part("list").querySelectorAll("input")) box.checked = codes.includes(box.value);
    for (const name of ["target", "by", "plan"]) if (document.activeElement !== part(name)) part(name).value = question[name] ?? "";
    if (document.activeElement !== part("growth")) part("growth").value = question.growth ?? "";
    const first = Object.values(data.starts)[0].start_year;
    Object.assign(part("by"), { min: first, max: data.horizon });
  }

  // The answer in a sentence.
  function found() {
    const { start, needed, paths } = reply, { target, by } = question, last = paths.linear.at(-1);
    const status = start.status === "actual" ? "" : ` (${start.status})`;
    const begins = `${start.name}: from ${text(start.share_pct)} % of GDP in ${start.start_year}${status}`;
    if (start.share_pct >= target) return `${begins}, ${text(target)} % is reached already; the path holds the share.`;
    if (needed.required_pp_per_year === null) return `${begins}, ${text(target)} % in the same year is a jump of ${text(target - start.share_pct)} points.`;
    const cost = last.extra_against_share_usd_constant_m, sum = last.cumulated_against_share_usd_constant_m;
    const said = cost === null ? "the edition prints no GDP to price it by" : `${billions(cost)} ${dollars(reply)} more in ${by} than at today's share, ${billions(sum, 0)} in all`;
    return `${begins} to ${text(target)} % in ${by} takes ${text(needed.required_pp_per_year)} points a year: ${said}.`;
  }

  function showFigures() {
    const { start, needed, paths, chance } = reply, { by, target } = question, last = paths.linear.at(-1), [basis, unit] = money(reply);
    const tiles = [];
    if (last[`extra_against_share_${basis}`] !== null) tiles.push([`${billions(last[`extra_against_share_${basis}`])}`, `${unit} more in ${by} than at today's share`, `spending of ${billions(last[`required_spending_${basis}`])}, ${billions(start[`expenditure_${basis}`])} in ${start.start_year}`]);
    const low = last.cumulated_against_share_p10_usd_constant_m, high = last.cumulated_against_share_p90_usd_constant_m;
    if (last.cumulated_against_share_usd_constant_m !== null) tiles.push([billions(last.cumulated_against_share_usd_constant_m), `${dollars(reply)} more in all, ${start.start_year + 1} to ${by}`, low === null || !last.cumulated_against_share_usd_constant_m ? "" : `${billions(low)} to ${billions(high)} for eight of ten levels of GDP`]);
    if (needed.required_real_growth_pct_per_year !== null) tiles.push([`${text(needed.required_real_growth_pct_per_year, 1)} %`, "real growth of spending a year", `${text(needed.excess_growth_pct_per_year, 1)} % a year faster than GDP, which grows by ${text(needed.assumed_real_growth_pct, 1)} %`]);
    if (reply.plan.length) tiles.push([billions(reply.plan.at(-1).cumulated_against_share_usd_constant_m), `${dollars(reply)} more in all by your plan, ${start.start_year + 1} to ${reply.plan.at(-1).year}`, `${text(reply.plan.at(-1).required_share_pct)} % of GDP in ${reply.plan.at(-1).year}`]);
    if (chance) tiles.push([between(chance), `chance of ${text(target)} % or more in ${by}`, `as simulated from past changes; the median is ${text(start.fan[by - start.start_year][data.percents.indexOf(50)])} %`]);
    part("figures").replaceChildren(...tiles.map(([figure, words, more]) => {
      const tile = document.createElement("div"), strong = document.createElement("b"), soft = document.createElement("span");
      strong.textContent = figure;
      soft.textContent = more;
      soft.className = "soft";
      tile.append(strong, words, document.createElement("br"), soft);
      return tile;
    }));
  }

  const PLAN = "your plan";
  const KIND = { linear: "linear path", constant_growth: "constant-growth path" };

  function draw() {
    const { start, paths, plan, points } = reply, { target, by } = question;
    const until = Math.max(by, points.at(-1)?.year ?? 0, start.start_year + 1);
    const past = start.history.map(([year, share]) => ({ year, share })), fan = start.fan.map((row, ahead) => ({ year: start.start_year + ahead, ...Object.fromEntries(row.map((value, at) => [`p${data.percents[at]}`, value])) })).filter(({ year }) => year <= until);
    const line = (rows) => rows.map((row) => ({ year: row.year, share: row.required_share_pct }));
    const lines = Object.entries(paths).map(([kind, rows]) => ({ name: KIND[kind], rows: line(rows), hue: kind === "linear" ? "var(--first)" : "var(--second)", dash: kind === "linear" ? null : "6 4" }));
    if (plan.length) lines.push({ name: PLAN, rows: line(plan), hue: "var(--fourth)", dash: null });
    const drawn = lines.filter(({ name }) => name !== KIND.constant_growth || start.share_pct < target);
    const ends = [...drawn.filter(({ name, rows }) => name !== PLAN || rows.at(-1).year === until).map(({ name, rows, hue }) => ({ name: `${name} ${text(rows.at(-1).share)}`, hue, ...rows.at(-1) })), ...(fan.length > 1 ? [{ name: `median of draws ${text(fan.at(-1).p50)}`, hue: "var(--third)", year: until, share: fan.at(-1).p50 }] : [])];
    const rows = [...past.map((row) => ({ ...row, tip: `${row.year}: ${text(row.share)} % of GDP` })), ...drawn.flatMap(({ name, rows: points }) => points.slice(1).map((row) => ({ ...row, tip: `${row.year}, ${name}: ${text(row.share)} % of GDP` })))];
    const narrow = part("drawing").clientWidth < 560;
    const marks = [Plot.ruleY([0], { stroke: "var(--grid)" })];
    if (fan.length > 1) marks.push(Plot.areaY(fan, { x: "year", y1: "p10", y2: "p90", fill: "var(--third)", fillOpacity: 0.13 }), Plot.areaY(fan, { x: "year", y1: "p25", y2: "p75", fill: "var(--third)", fillOpacity: 0.18 }), Plot.lineY(fan, { x: "year", y: "p50", stroke: "var(--third)", strokeWidth: 1.5 }));
    marks.push(Plot.ruleY([target], { stroke: "var(--ink)", strokeDasharray: "3 3" }), Plot.text([{ y: target }], { y: "y", frameAnchor: "left", dx: 4, dy: -8, textAnchor: "start", text: () => `target ${text(target)} %`, fill: "var(--soft)" }));
    marks.push(Plot.lineY(past, { x: "year", y: "share", stroke: "var(--ink)", strokeWidth: 2.5 }), Plot.dot(past.slice(-1), { x: "year", y: "share", r: 4, stroke: "var(--ink)", fill: start.status === "actual" ? "var(--ink)" : "var(--paper)" }));
    for (const { rows: of, hue, dash } of drawn) marks.push(Plot.lineY(of, { x: "year", y: "share", stroke: hue, strokeWidth: 2.5, strokeDasharray: dash }));
    marks.push(Plot.dot(points, { x: "year", y: "share_pct", r: 4, fill: "var(--fourth)" }));
    if (points.length && points.at(-1).year < until) marks.push(Plot.text(points.slice(-1), { x: "year", y: "share_pct", text: () => PLAN, dy: -12, fill: "var(--fourth)" }));
    if (!narrow) marks.push(Plot.text(ends, drawing.apart({ x: "year", y: "share", text: "name", dx: 8, textAnchor: "start", fill: "hue" })));
    marks.push(Plot.tip(rows, Plot.pointer({ x: "year", y: "share", title: "tip", ...drawing.TIPS })));
    const figure = Plot.plot(drawing.frame(part("drawing"), narrow ? 320 : 420, { marginLeft: 52, marginRight: narrow ? 16 : 200, marginTop: 16, x: { tickFormat: "d", label: null, ticks: narrow ? 5 : undefined }, y: { grid: true, zero: true, nice: true, label: null, tickFormat: (value) => `${value} %` }, marks }));
    part("drawing").replaceChildren(drawing.described(figure, `${part("title").textContent} ${found()}`));
  }

  function table(heads, rows, head, body) {
    part(head).replaceChildren(...heads.map((name, at) => Object.assign(document.createElement("th"), { scope: "col", textContent: name, className: at ? "n" : "" })));
    part(body).replaceChildren(...rows.map((row) => {
      const made = document.createElement("tr");
      made.append(...row.map((value, at) => {
        const cell = Object.assign(document.createElement(at ? "td" : "th"), { textContent: value, className: at ? "n" : "" });
        if (at) cell.dataset.label = heads[at]; else cell.scope = "row";
        return cell;
      }));
      return made;
    }));
    sayRoles(part(body).parentNode);
  }

  const share = (value) => (value === undefined ? "–" : text(value));

  function showYears() {
    const { start, paths, plan } = reply, [basis, unit] = money(reply), of = (rows, year) => rows.find((row) => row.year === year);
    const until = Math.max(question.by, plan.at(-1)?.year ?? 0);
    const heads = ["year", "linear path, % of GDP", "step, points", `spending, ${unit}`, "more than at today's share", "more than frozen spending", `in all, ${dollars(reply)}`, "constant growth, % of GDP", "more than at today's share", ...(plan.length ? ["your plan, % of GDP", "more than at today's share", `in all, ${dollars(reply)}`] : [])];
    const cells = (row, names) => names.map((name) => (row ? (row[name] === null ? "–" : name.endsWith("_pct") || name.endsWith("_pp") ? text(row[name]) : billions(row[name])) : "–"));
    const rows = Array.from({ length: until - start.start_year + 1 }, (_, ahead) => start.start_year + ahead).map((year) => [year,
      ...cells(of(paths.linear, year), ["required_share_pct", "step_pp", `required_spending_${basis}`, `extra_against_share_${basis}`, `extra_against_frozen_${basis}`, "cumulated_against_share_usd_constant_m"]),
      ...cells(of(paths.constant_growth, year), ["required_share_pct", `extra_against_share_${basis}`]),
      ...(plan.length ? cells(of(plan, year), ["required_share_pct", `extra_against_share_${basis}`, "cumulated_against_share_usd_constant_m"]) : [])]);
    part("years-said").textContent = `Money in ${unit}${basis === "national_currency_m" ? ": no inflation is assumed" : ", at exchange rates of that year"}.`;
    table(heads, rows, "heads", "rows");
  }

  function showMembers() {
    const { members, start, paths } = reply, { target, by } = question;
    part("paying").hidden = members.length === 0;
    if (!members.length) return;
    const cost = ({ last }) => last.extra_against_share_usd_constant_m ?? 0, sorted = [...members].sort((one, two) => cost(two) - cost(one));
    const below = members.filter((member) => member.start.share_pct < target), sum = below.reduce((total, member) => total + cost(member), 0);
    const most = sorted.slice(0, 3).filter((member) => cost(member) > 0).map((member) => `${member.start.name} ${billions(cost(member))}`);
    part("members-found").textContent = below.length
      ? `If each of the ${members.length} goes to ${text(target)} % in ${by}, the ${below.length} below it pay ${billions(sum)} ${dollars(reply)} more in ${by} than at today's share${most.length ? `; the most: ${most.join(", ")}` : ""}. As one, ${billions(paths.linear.at(-1).extra_against_share_usd_constant_m)} are missing: who is above the target makes up for others.`
      : `Each of the ${members.length} is at ${text(target)} % already.`;
    part("members-said").textContent = `Each on its own linear path to ${text(target)} % in ${by}; who is above holds its share. Money in ${dollars(reply)}.`;
    table(["Ally", `% of GDP ${start.start_year}`, "points a year", "real growth, % a year", `more in ${by}`, "part of it, %", "in all"],
      sorted.map((member) => [member.start.name, text(member.start.share_pct), share(member.required_pp_per_year ?? undefined), member.required_real_growth_pct_per_year === null ? "–" : text(member.required_real_growth_pct_per_year, 1), billions(cost(member)), sum ? text(100 * cost(member) / sum, 1) : "–", billions(member.last.cumulated_against_share_usd_constant_m)]), "members-heads", "members-rows");
  }

  function assumptions() {
    const { start, needed } = reply;
    return [`Levels of ${start.start_year} (${start.status}) from ${start.edition_id}.`,
      question.growth === null ? `Real GDP grows by ${start.growth_words.real}${needed.assumed_real_growth_pct === null ? "" : `: ${text(needed.assumed_real_growth_pct)} % a year on average`}.` : `Real GDP grows by ${text(question.growth)} % a year, as asked for.`,
      `GDP in current US$ grows by ${start.growth_words.usd}.`,
      ...(start.currency ? [`National currency at prices of ${start.start_year}: no inflation is assumed.`] : []),
      start.fan.length ? "What may come is simulated from past changes of shares: it does not foresee decisions, laws or wars. Coloured: half of the draws, and eight of ten." : "Several Allies as one are not simulated here: the draws are on the command line.",
      "A plan is drawn as straight lines from year to year."];
  }

  const command = () => {
    const { start } = reply;
    const who = data.groups.includes(question.entity) ? `--group ${question.entity}` : question.entity;
    return `burden path ${who} --target ${question.target} --by ${question.by} --edition ${start.edition_id}${question.growth === null ? "" : ` --growth ${question.growth}`}`;
  };

  function citation() {
    const { edition_id, published_on, citation: cited, licence } = data.editions.find((edition) => edition.edition_id === reply.start.edition_id);
    return `${cited} (edition ${edition_id}, published on ${published_on}; terms: ${licence}). Path and cost by Burden sharing, build ${data.build.build_id} of ${data.build.built_on}.`;
  }

  function show() {
    try {
      reply = whatIf.answer(data, question);
      part("said").textContent = "";
    } catch (error) {
      if (error.constructor !== Error) throw error;
      part("said").textContent = error.message;
      part("answer").hidden = true;
      return;
    }
    part("answer").hidden = false;
    const { start } = reply;
    part("finding").textContent = found();
    part("title").textContent = `${start.name}: the way to ${text(question.target)} % of GDP in ${question.by}`;
    part("subtitle").textContent = `Percent of GDP, NATO's definition. Dark: so far (${start.edition_id}). Blue: linear path. Orange, dashed: constant growth.${start.fan.length ? " Green: simulated, the median, half of the draws and eight of ten." : ""}${reply.points.length ? " Purple: your plan." : ""}`;
    part("command").textContent = command();
    part("citation").textContent = citation();
    part("assumptions").replaceChildren(...assumptions().map((said) => Object.assign(document.createElement("li"), { textContent: said })));
    showFigures();
    draw();
    showYears();
    showMembers();
  }

  function change(changed) {
    question = { ...question, ...changed };
    history.replaceState(null, "", `#${whatIf.hash(question)}`);
    showQuestion();
    show();
  }

  function rowsOfCsv() {
    const money = requiredPath.BASES.flatMap((basis) => ["required_spending", "extra_against_share", "extra_against_frozen"].map((name) => `${name}_${basis}`));
    const columns = ["required_share_pct", "step_pp", ...money, ...["share", "frozen"].map((against) => `cumulated_against_${against}_usd_constant_m`), ...["p10", "p90"].map((name) => `cumulated_against_share_${name}_usd_constant_m`)];
    const { start, paths, plan } = reply, all = [...Object.entries(paths), ...(plan.length ? [["own_plan", plan]] : [])];
    const rows = all.flatMap(([kind, path]) => path.map((row) => [start.entity, start.name, kind, row.year, ...columns.map((name) => row[name]), start.currency, start.base_year, start.edition_id, assumptions().join(" "), citation()]));
    return [["entity", "name", "path_kind", "year", ...columns, "currency", "base_year", "edition_id", "assumptions", "citation"], ...rows];
  }

  fillControls();
  part("entity").addEventListener("change", ({ target }) => { if (target.value) change({ entity: target.value }); else part("several").open = true; });
  const typed = (value) => (value.trim() === "" ? null : Number(value));
  for (const name of ["target", "by"]) part(name).addEventListener("input", ({ target }) => change({ [name]: typed(target.value) }));
  part("growth").addEventListener("input", ({ target }) => change({ growth: typed(target.value) }));
  part("plan").addEventListener("input", ({ target }) => change({ plan: target.value }));
  part("question").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll(".preset")) button.addEventListener("click", () => change({ target: Number(button.dataset.target), by: Number(button.dataset.by) }));
  addEventListener("hashchange", () => { question = whatIf.asked(data, location.hash, usual); showQuestion(); show(); });
  addEventListener("resize", () => { if (reply && !part("answer").hidden) draw(); });
  drawing.offer(part("drawing"), () => ({ title: part("title").textContent, subtitle: part("subtitle").textContent, source: citation(), name: `what-if-${question.entity.replaceAll(",", "-")}` }));
  drawing.offerLink();
  part("csv").addEventListener("click", () => drawing.save(new Blob([drawing.csv(rowsOfCsv())], { type: "text/csv" }), `what-if-${question.entity.replaceAll(",", "-")}.csv`));
  showQuestion();
  show();
})();
