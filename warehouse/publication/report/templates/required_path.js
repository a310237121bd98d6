"use strict";
// The way to a target, for a page: the formulas of transforms/outlook/required_path.py, growth.py and inputs.py (with_group).
// What they mean is decided there; tests/published/test_what_if_page.py compares both on 200 questions. This file knows no
// page. Shares in percent of GDP, money in millions, rates in percent a year; null is unknown, and passes on.
const requiredPath = (() => {
  const KINDS = ["linear", "constant_growth"];
  const RATES = { national_currency_m: "real_growth_pct", usd_current_m: "usd_growth_pct", usd_constant_m: "real_growth_pct" };
  const BASES = Object.keys(RATES);
  const MONEY = ["required_spending", "extra_against_share", "extra_against_frozen"];
  const SUMMED = ["expenditure_usd_current_m", "expenditure_usd_constant_m", "gdp_usd_current_m", "gdp_usd_constant_m"];
  const number = (value) => value ?? NaN;
  const orNull = (value) => Number.isNaN(value) ? null : value;
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  const weighted = (first, last, passed) => first * (1 - passed) + last * passed;
  // From `first` to `last`; no constant growth leads away from a share of 0.
  const onTheWay = (kind, first, last, passed) => kind === "linear" ? weighted(first, last, passed)
    : first > 0 ? first ** (1 - passed) * last ** passed : NaN;

  const passedIn = (year, { start_year }, by) => by === start_year ? 1 : (year - start_year) / (by - start_year);
  const hasArrived = ({ share_pct }, target) => share_pct >= target;

  // Required spending over that of the start, but for the growth of GDP: from 1 to target / ratio of constant prices.
  function spendingFactor(kind, start, target, passed) {
    const ratio = number(start.recomputed_share_pct);
    if (!(ratio > 0)) return NaN;
    return onTheWay(kind, 1, hasArrived(start, target) ? 1 : Math.max(target / ratio, 1), passed);
  }

  // The rate of a year: that of the last year that is listed goes on.
  function rateIn(start, name, year, growth) {
    if (growth !== null && name === "real_growth_pct") return growth;
    const rates = start[name];
    return rates.length ? number(rates[Math.min(year - start.start_year, rates.length) - 1]) : NaN;
  }

  // GDP of each year over that of the start year, on each basis; unknown from the first unknown rate on.
  function gdpIndex(start, until, growth) {
    const index = [Object.fromEntries(BASES.map((basis) => [basis, 1]))];
    for (let year = start.start_year + 1; year <= until; year += 1) {
      const before = index.at(-1);
      index.push(Object.fromEntries(BASES.map((basis) => [basis, before[basis] * (1 + rateIn(start, RATES[basis], year, growth) / 100)])));
    }
    return index;
  }

  // Share and money of each year, given what the share and the spending factor are in it.
  function priced(start, until, growth, shareIn, factorIn) {
    const gdp = gdpIndex(start, until, growth), total = { share: 0, frozen: 0 }, rows = [];
    for (let year = start.start_year; year <= until; year += 1) {
      const ahead = year - start.start_year, factor = factorIn(year), row = { year, required_share_pct: shareIn(year) };
      for (const basis of BASES) {
        const begun = number(start[`expenditure_${basis}`]), held = begun * gdp[ahead][basis];
        const values = [held * factor, held * (factor - 1), held * factor - begun];
        MONEY.forEach((name, at) => { row[`${name}_${basis}`] = values[at]; });
      }
      for (const against of ["share", "frozen"]) {
        total[against] += ahead ? row[`extra_against_${against}_usd_constant_m`] : 0;
        row[`cumulated_against_${against}_usd_constant_m`] = total[against];
      }
      row.step_pp = ahead ? row.required_share_pct - rows.at(-1).required_share_pct : NaN;
      rows.push(row);
    }
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, orNull(value)])));
  }

  // The cumulated cost at the 10th and 90th percentile of real GDP; none for growth that was asked for, which has no past.
  function withBand(rows, start, growth) {
    const low = growth === null ? start.gdp_level_p10_pct : [], high = growth === null ? start.gdp_level_p90_pct : [];
    const total = { p10: 0, p90: 0 };
    return rows.map((row, ahead) => {
      const banded = { ...row };
      for (const [name, levels] of [["p10", low], ["p90", high]]) {
        if (ahead) total[name] += number(row.extra_against_share_usd_constant_m) * (1 + number(levels[ahead - 1]) / 100);
        banded[`cumulated_against_share_${name}_usd_constant_m`] = ahead ? orNull(total[name]) : null;
      }
      return banded;
    });
  }

  // The path of one kind, a row a year from the start to the due year: columns of mart.path.
  function path(start, { target, by, growth = null }, kind) {
    const passed = (year) => passedIn(year, start, by);
    const share = (year) => hasArrived(start, target) ? start.share_pct : onTheWay(kind, start.share_pct, target, passed(year));
    return withBand(priced(start, by, growth, share, (year) => spendingFactor(kind, start, target, passed(year))), start, growth);
  }

  // An asker's own plan: linear paths from point to point, each { year, share_pct }. A plan of one point is the linear path.
  function plan(start, points, growth = null) {
    const ratio = number(start.recomputed_share_pct), at = (value) => (ratio > 0 ? value / ratio : NaN);
    const line = (year, first, value) => {
      const next = points.findIndex((point) => point.year >= year), to = points[next], from = next ? points[next - 1] : null;
      const begins = from ? from.year : start.start_year;
      return to.year === begins ? value(to.share_pct) : weighted(from ? value(from.share_pct) : first, value(to.share_pct), (year - begins) / (to.year - begins));
    };
    const share = (year) => line(year, start.share_pct, (value) => value), factor = (year) => line(year, 1, at);
    return withBand(priced(start, points.at(-1).year, growth, share, factor), start, growth);
  }

  // What is needed a year: columns of mart.outlook. 0 at or above the target, null with no year left.
  function needed(start, { target, by, growth = null }) {
    if (hasArrived(start, target)) return { required_pp_per_year: 0, excess_growth_pct_per_year: 0, ...realGrowth(start, by, growth, 0) };
    const years = by - start.start_year;
    const pp = years > 0 ? (target - start.share_pct) / years : NaN;
    const excess = years > 0 && start.share_pct > 0 ? 100 * ((target / start.share_pct) ** (1 / years) - 1) : NaN;
    return { required_pp_per_year: orNull(pp), excess_growth_pct_per_year: orNull(excess), ...realGrowth(start, by, growth, excess) };
  }

  // Mean growth of real GDP over the years of the path, and of spending that grows faster by `excess`.
  function realGrowth(start, by, growth, excess) {
    const rates = Array.from({ length: by - start.start_year }, (_, at) => rateIn(start, "real_growth_pct", start.start_year + 1 + at, growth));
    const mean = rates.length ? 100 * (Math.exp(sum(rates.map((rate) => Math.log(1 + rate / 100))) / rates.length) - 1) : NaN;
    return { assumed_real_growth_pct: orNull(mean), required_real_growth_pct_per_year: orNull(100 * ((1 + excess / 100) * (1 + mean / 100) - 1)) };
  }

  // GDP of a group grows as the sum of its members' GDP.
  function growthOfSum(members, name, gdp, until) {
    const levels = members.map((member) => number(member[gdp])), rates = [];
    for (let year = members[0].start_year + 1; year <= until; year += 1) {
      const before = sum(levels);
      members.forEach((member, at) => { levels[at] *= 1 + rateIn(member, name, year, null) / 100; });
      rates.push(orNull(100 * (sum(levels) / before - 1)));
    }
    return rates;
  }

  // Several Allies as one, in the order of their codes; all start from one edition and year.
  function joint(members, until) {
    const ratio = (figures) => 100 * figures.expenditure_usd_constant_m / figures.gdp_usd_constant_m;
    const [first] = members, sums = Object.fromEntries(SUMMED.map((name) => [name, orNull(sum(members.map((member) => number(member[name]))))]));
    const years = first.history.map(([year]) => year).filter((year) => members.every((member) => member.history.some((row) => row[0] === year && row[2] !== null && row[3] !== null)));
    const ofYear = (year, column) => sum(members.map((member) => member.history.find((row) => row[0] === year)[column]));
    return { ...sums, start_year: first.start_year, edition_id: first.edition_id, base_year: first.base_year, currency: null,
      status: members.map((member) => member.status).sort().at(-1), share_pct: ratio(sums), recomputed_share_pct: ratio(sums),
      expenditure_national_currency_m: null, usd_growth_pct: growthOfSum(members, "usd_growth_pct", "gdp_usd_current_m", until),
      real_growth_pct: growthOfSum(members, "real_growth_pct", "gdp_usd_constant_m", until),
      gdp_level_p10_pct: first.gdp_level_p10_pct, gdp_level_p90_pct: first.gdp_level_p90_pct, fan: [],
      history: years.map((year) => [year, ratio({ expenditure_usd_constant_m: ofYear(year, 2), gdp_usd_constant_m: ofYear(year, 3) })]) };
  }

  // Between which probabilities the target is reached in a year, by the quantiles of the fan; null where nothing was drawn.
  function chance(start, { target, by }, percents) {
    const row = start.fan[by - start.start_year];
    if (!row) return null;
    const below = percents.filter((_, at) => row[at] < target).length; // of its quantiles
    return { least: below < percents.length ? 1 - percents[below] / 100 : 0, most: below ? 1 - percents[below - 1] / 100 : 1 };
  }

  return { BASES, KINDS, chance, joint, needed, path, plan };
})();
if (typeof module !== "undefined") module.exports = requiredPath;
