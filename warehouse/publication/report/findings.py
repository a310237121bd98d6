"""What a page or a section says first: its finding in one sentence, made of the rows that it shows.

Belongs here: sentences with figures from rows of queries. Does not belong here: SQL (queries/), layout (templates/),
metrics (marts), how numbers are printed (printed).

Each function takes the rows of the query of its name and returns None where they hold nothing to find: a partial
edition has no revisions, and a missing figure is left out of a sentence, never counted as "not met".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

from warehouse.publication.report.printed import count, figure, listed, money, year_named
from warehouse.reading.probability import in_words, percent

Row = Mapping[str, Any]
Rows = Sequence[Row]
_EVEN_CHANCE: Final = 0.5
_JUDGEMENTS_SAID: Final = 3


def of_the_report(rows: Mapping[str, Rows]) -> dict[str, str | None]:
    """The finding of each section, by its name."""
    return {
        "league": league(rows["league"]),
        "shares": shares(rows["shares"]),
        "counts": counts(rows["counts"]),
        "changes": changes(rows["changes"]),
        "outlook": outlook(rows["outlook"]),
        "equipment": equipment(rows["league"]),
        "weight": weight(rows["us_share"], rows["growth"]),
        "benchmark": benchmark(rows["benchmark"]),
        "bridge": bridge(rows["bridge"]),
        "editions": editions(rows["editions"]),
    }


def headline(league_rows: Rows, alliance_rows: Rows) -> str:
    """The first sentence of the report: who is at the target, what is spent, what is missing."""
    reported = [row for row in league_rows if row["share_pct"] is not None]
    if not reported:
        return "This edition prints no share of GDP."
    first = reported[0]
    at_target = [row for row in reported if row["core_verdict"] == "met"]
    verb = "is" if len(at_target) <= 1 else "are"
    of = f"{len(reported)} Allies" if len(reported) == len(league_rows) else f"the {len(reported)} Allies with a figure"
    sentence = (
        f"{count(len(at_target), first=True)} of {of} {verb} at {first['core_threshold']:g} % of GDP"
        f" in {year_named(first['year'], first['status'])}"
    )
    last = _of_year(alliance_rows, first["year"])
    if last is None or last["spending_usd_bn"] is None:
        return f"{sentence}."
    sentence += f"; the Alliance spends {money(last['spending_usd_bn'], 'USD')}"
    if last["shortfall_usd_bn"] is None or last["not_reported"]:
        return f"{sentence}."
    missing = money(last["shortfall_usd_bn"], "USD")
    return f"{sentence}, and the {count(last['below'])} below the target lack {missing} a year."


def league(rows: Rows) -> str | None:
    """Who meets the core target, and who is farthest below."""
    reported = [row for row in rows if row["share_pct"] is not None]
    if not reported:
        return None
    first = reported[0]
    met = [row["name"] for row in reported if row["core_verdict"] == "met"]
    low = [row for row in reported if row["two_verdict"] == "not_met"]
    farthest = reported[-1]
    at = f"{listed(met)} {'is' if len(met) == 1 else 'are'}" if met else "No Ally is"
    sentence = f"{at} at {first['core_threshold']:g} % or more"
    if low:
        names = listed([row["name"] for row in low])
        sentence += f"; {names} {'is' if len(low) == 1 else 'are'} below {first['two_threshold']:g} %"
    else:
        all_of_them = "all" if len(reported) == len(rows) else f"all {len(reported)} with a figure"
        sentence += f"; {all_of_them} are at {first['two_threshold']:g} % or more"
    if farthest["gap_pp"] is None or farthest["gap_pp"] <= 0:
        return f"{sentence}."
    return f"{sentence}. {farthest['name']} is farthest from the target: {figure(farthest['gap_pp'], 2)} points."


def shares(rows: Rows) -> str | None:
    """How the share of the Allies moved over the years that the edition prints."""
    by_country: dict[str, dict[int, float]] = {}
    for row in rows:
        by_country.setdefault(row["name"], {})[row["year"]] = row["share_pct"]
    years = sorted({row["year"] for row in rows})
    held = {name: values for name, values in by_country.items() if years and {years[0], years[-1]} <= set(values)}
    if len(years) < 2 or not held:  # noqa: PLR2004 (a change needs two years)
        return None
    moved = {name: values[years[-1]] - values[years[0]] for name, values in held.items()}
    up = sum(change > 0 for change in moved.values())
    most, least = max(moved, key=moved.__getitem__), min(moved, key=moved.__getitem__)
    return (
        f"From {years[0]} to {years[-1]} the share rose in {up} of {len(held)} Allies: most in {most}"
        f" ({figure(moved[most], 2, sign=True)} points), least in {least} ({figure(moved[least], 2, sign=True)})."
    )


def counts(rows: Rows) -> str | None:
    """The year that complete editions count most differently."""
    by_year: dict[int, list[Row]] = {}
    for row in rows:
        if row["completeness"] == "complete":
            by_year.setdefault(row["year"], []).append(row)
    spread = {year: max(r["met"] for r in held) - min(r["met"] for r in held) for year, held in by_year.items()}
    if not spread or not max(spread.values()):
        return None
    year = max(spread, key=lambda known: (spread[known], known))
    said = ", ".join(f"{row['met']} by the edition of {row['published_on']:%B %Y}" for row in by_year[year])
    return f"The year {year} has more than one count of Allies at 2 %: {said}."


def changes(rows: Rows) -> str | None:
    """Verdict changes under a rule in force for one and the same year."""
    said = sides(rows)
    return f"{said}." if said else "No verdict under a rule in force changed in the years that two editions judge."


def sides(rows: Rows) -> str | None:
    """The newest judgements on a share of GDP that changed: `Estonia is now at 3.5 % in 2025`; None without one."""
    in_force = [row for row in rows if row["in_force"] and row["indicator"] == "defence_share_of_gdp"]
    clauses = []
    for year, threshold in sorted({(row["year"], row["threshold"]) for row in in_force}, reverse=True)[
        :_JUDGEMENTS_SAID
    ]:
        same = [row for row in in_force if (row["year"], row["threshold"]) == (year, threshold)]
        for change, words in (("left", "no longer"), ("entered", "now")):
            names = [row["name"] for row in same if row["change"] == change]
            verb = "is" if len(names) == 1 else "are"
            if names:
                clauses.append(f"{listed(names)} {verb} {words} at {threshold:g} % in {year}")
    return "; ".join(clauses) or None


def revised(rows: Rows) -> str | None:
    """Which revised share moved most."""
    if not rows:
        return None
    most, down = rows[0], sum(row["change_pp"] < 0 for row in rows)
    return (
        f"{down} of {len(rows)} revised shares went down; {most['name']} moved most:"
        f" {figure(most['old_value'], 2)} % became {figure(most['new_value'], 2)} % for {most['year']}."
    )


def edition_news(row: Row, changed: Rows) -> str:
    """What an edition changed, in a sentence or two: how many shares, by how much, and which verdicts changed."""
    if not row["compared"]:
        text = "No earlier edition held prints a share of GDP that this one prints too"
    elif not row["revised"]:
        text = f"None of the {row['compared']} shares of GDP that an earlier edition prints was revised"
    else:
        size = figure(row["mean_size_pp"], 2)
        text = (
            f"{row['revised']} of {row['compared']} shares of GDP that an earlier edition prints were revised, by"
            f" {size} points on average"
        )
    said = sides(changed)
    return f"{text}. {said}." if said else f"{text}."


def outlook(rows: Rows) -> str | None:
    """How much the Allies below the target must add a year, and for how many the model expects it."""
    below = [row for row in rows if row["required_pp_per_year"]]
    simulated = [row for row in rows if row["p_reached_by_due"] is not None]
    if not rows or not simulated:
        return None
    first = rows[0]
    likely = sum(row["p_reached_by_due"] > _EVEN_CHANCE for row in simulated)
    odds = (
        f"the model gives {count(likely)} of {len(simulated)} Allies a better than even chance to be at"
        f" {first['threshold_pct']:g} % in {first['due_year']}"
    )
    if not below:
        return f"Every Ally is at the target; {odds}."
    steps = sorted(row["required_pp_per_year"] for row in below)
    return (
        f"{count(len(below), first=True)} Allies must add between {figure(steps[0], 2)} and {figure(steps[-1], 2)}"
        f" points of GDP every year to {first['due_year']}; {odds}."
    )


def equipment(rows: Rows) -> str | None:
    """How many spend the agreed share on equipment, and who does not."""
    judged = [row for row in rows if row["equipment_verdict"] in {"met", "not_met"}]
    if not judged:
        return None
    met = sum(row["equipment_verdict"] == "met" for row in judged)
    low = [row for row in judged if row["equipment_verdict"] == "not_met"]
    names = listed([f"{row['name']} ({figure(row['equipment_pct'], 1)} %)" for row in low])
    threshold = f"{judged[0]['equipment_threshold']:g} %"
    sentence = f"{met} of {len(judged)} Allies spend {threshold} or more on equipment in {judged[0]['year']}"
    return f"{sentence}; below it: {names}." if low else f"{sentence}."


def weight(us_rows: Rows, growth_rows: Rows) -> str | None:
    """What the United States pays of the whole, and how fast the others grow."""
    held = [row for row in us_rows if row["us_share_current_pct"] is not None]
    if not held:
        return None
    first, last = held[0], held[-1]
    sentence = (
        f"The United States pays {figure(last['us_share_current_pct'], 1)} % of NATO's spending in"
        f" {year_named(last['year'], last['status'])}"
    )
    if first is not last:
        sentence += f", after {figure(first['us_share_current_pct'], 1)} % in {first['year']}"
    grown = growth_rows[-1] if growth_rows else None
    if grown is None or grown["real_change_like_for_like_pct"] is None:
        return f"{sentence}."
    change = grown["real_change_like_for_like_pct"]
    verb = "grows" if change >= 0 else "falls"
    return (
        f"{sentence}; real spending in Europe and Canada {verb} by {figure(abs(change), 1)} % in {grown['year']},"
        " like for like."
    )


def benchmark(rows: Rows) -> str | None:
    """The median Ally against those outside the Alliance, by SIPRI's definition."""
    reported = [row for row in rows if row["share_pct"] is not None]
    others = [f"{row['name']} {figure(row['share_pct'], 2)} %" for row in reported if row["group_id"] is None]
    if not others or reported[0]["allied_median_pct"] is None:
        return None
    return (
        f"By SIPRI's definition the median Ally spends {figure(reported[0]['allied_median_pct'], 2)} % of GDP in"
        f" {reported[0]['year']}; {listed(others)}."
    )


def bridge(rows: Rows) -> str | None:
    """How far SIPRI's share is from NATO's for the same Ally and year."""
    apart = [row["sipri_less_nato_pp"] for row in rows if row["sipri_less_nato_pp"] is not None]
    if not apart:
        return None
    below = sum(difference < 0 for difference in apart)
    size = median(abs(difference) for difference in apart)
    return (
        f"For {rows[0]['year']} SIPRI's share is below NATO's in {below} of {len(apart)} Allies;"
        f" the median distance is {figure(size, 2)} points."
    )


def editions(rows: Rows) -> str | None:
    """How many editions are held, the newest one, and what is overdue."""
    if not rows:
        return None
    newest = max(rows, key=lambda row: row["published_on"])
    late = [row["edition_id"] for row in rows if row["overdue"]]
    sources = len({row["source_id"] for row in rows})
    overdue = f"overdue is what should have followed {listed(late)}" if late else "no edition is overdue"
    return (
        f"{len(rows)} editions of {count(sources)} sources are held, the newest of {newest['published_on']}"
        f" ({newest['edition_id']}); {overdue}."
    )


def country(ally: Row, league_rows: Rows, outlook_rows: Rows) -> str | None:
    """The paragraph of a country: share and amount, verdict and gap, what the model says, the plan."""
    mine = [row for row in league_rows if row["iso3"] == ally["iso3"] and row["share_pct"] is not None]
    if not mine:
        return None
    sentences = [_spending(ally["name"], mine[0]), _distance(mine[0])]
    sentences += [text for row in outlook_rows for text in (_model(row), _plan(row)) if text]
    return " ".join(sentences)


def of_a_country(rows: Mapping[str, Rows]) -> dict[str, str | None]:
    """The finding of each section of a country's page, by its name."""
    return {
        "years": country_years(rows["country_years"]),
        "change": country_changes(rows["country_changes"]),
        "editions": country_editions(rows["country_editions"]),
    }


def country_years(rows: Rows) -> str | None:
    """How the share moved from the first year printed to the last."""
    held = [row for row in rows if row["share_pct"] is not None]
    if len(held) < 2:  # noqa: PLR2004 (a change needs two years)
        return None
    first, last = held[0], held[-1]
    return (
        f"From {figure(first['share_pct'], 2)} % of GDP in {first['year']} to {figure(last['share_pct'], 2)} % in"
        f" {year_named(last['year'], last['status'])}."
    )


def country_changes(rows: Rows) -> str | None:
    """What moved the share in the last year: spending or GDP."""
    held = [row for row in rows if row["spending_part_pp"] is not None and row["change_pp"] is not None]
    if not held:
        return None
    last = held[-1]
    whole, spending, gdp = (
        figure(last[part], 2, sign=True) for part in ("change_pp", "spending_part_pp", "gdp_part_pp")
    )
    when = year_named(last["year"], last["status"])
    return f"In {when} the share changed by {whole} points: {spending} by real spending and {gdp} by real GDP."


def country_editions(rows: Rows) -> str | None:
    """The year whose share editions print most differently."""
    by_year: dict[int, list[Row]] = {}
    for row in rows:
        by_year.setdefault(row["year"], []).append(row)
    apart = {
        year: max(r["share_pct"] for r in held) - min(r["share_pct"] for r in held) for year, held in by_year.items()
    }
    if not apart or not max(apart.values()):
        return None
    year = max(apart, key=lambda known: (apart[known], known))
    said = ", ".join(f"{figure(row['share_pct'], 2)} % in {row['edition_id']}" for row in by_year[year])
    return f"The editions differ most on {year}: {said}."


def _spending(name: str, row: Row) -> str:
    when = year_named(row["year"], row["status"])
    if row["spending_usd_bn"] is None:
        return (
            f"{name} spends {figure(row['share_pct'], 2)} % of GDP on defence in {when}; this edition prints no amount."
        )
    usd = money(row["spending_usd_bn"], "USD")
    in_own = row["currency"] not in {None, "USD"} and row["spending_national_bn"] is not None
    amount = f"{money(row['spending_national_bn'], row['currency'])} ({usd})" if in_own else usd
    return f"{name} spends {amount} on defence in {when}, {figure(row['share_pct'], 2)} % of GDP."


def _distance(row: Row) -> str:
    target = f"{row['core_threshold']:g} %"
    if row["gap_pp"] is None:
        return f"Its distance to {target} is not reported."
    if row["gap_pp"] <= 0:
        return (
            f"That is {figure(-row['gap_pp'], 2)} points above {target}."
            if row["gap_pp"]
            else f"That is {target} exactly."
        )
    in_own = row["gap_national_bn"] is not None and row["currency"] is not None
    missing = f": {money(row['gap_national_bn'], row['currency'])} a year are missing" if in_own else ""
    floor = "It meets" if row["two_verdict"] == "met" else "It does not meet"
    return f"{floor} {row['two_threshold']:g} % and is {figure(row['gap_pp'], 2)} points below {target}{missing}."


def _model(row: Row) -> str | None:
    if row["p_reached_by_due"] is None or row["p50"] is None:
        return None
    chance = (
        in_words(row["p_reached_by_due"], row["likelihood"]) if row["likelihood"] else percent(row["p_reached_by_due"])
    )
    return (
        f"The model: {row['threshold_pct']:g} % or more in {row['due_year']} is {chance}; its median is"
        f" {figure(row['p50'], 2)} %."
    )


def _plan(row: Row) -> str:
    if row["national_plan_share_pct"] is None:
        return "No national plan is held."
    return f"The announced plan: {row['national_plan_share_pct']:g} % in {row['national_plan_year']}."


def _of_year(rows: Rows, year: int) -> Row | None:
    return next((row for row in rows if row["year"] == year), None)
