"""Twelve questions on one Ally, in a marimo notebook: `marimo edit docs/notebook.py`, or `python docs/notebook.py`.

Reads the served warehouse in `data/`, or where BURDEN_DATA_DIR says; needs marimo, duckdb and polars.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App(app_title="Burden sharing: twelve questions")


@app.cell
def warehouse():
    import os
    from pathlib import Path

    import duckdb
    import marimo as mo

    # The link is followed once, so that every answer is of one publication.
    publication = (Path(os.environ.get("BURDEN_DATA_DIR", "data")) / "current").resolve()
    connection = duckdb.connect(str(publication / "burden_sharing.duckdb"), read_only=True)

    def ask(query, **asked):
        """The rows of a query; `$name` in it is the value of that name."""
        return connection.sql(query, params=asked or None).pl()

    def shown(question, frame):
        """A question and its rows; a year is no amount, and has no comma."""
        table = mo.ui.table(
            frame,
            selection=None,
            pagination=False,
            show_column_summaries=False,
            show_data_types=False,
            format_mapping={"year": str},
        )
        return mo.vstack([mo.md(f"## {question}"), table])

    ((newest,),) = connection.sql("SELECT complete_edition_id FROM edition_latest WHERE source_id = 'nato'").fetchall()
    return ask, mo, newest, shown


@app.cell
def chosen(ask, mo, newest):
    _allies = ask(
        "SELECT DISTINCT name, iso3 FROM mart.burden JOIN core.country ON iso3 = entity WHERE edition_id = $edition ORDER BY name",
        edition=newest,
    )
    ally = mo.ui.dropdown(dict(_allies.iter_rows()), value="Germany", label="Ally")
    target = mo.ui.slider(1.5, 5.0, 0.1, value=3.5, label="Target, % of GDP", show_value=True)
    by = mo.ui.slider(2027, 2050, value=2035, label="by", show_value=True)
    mo.vstack(
        [mo.md(f"# Twelve questions on one Ally\n\nNewest complete edition: `{newest}`"), mo.hstack([ally, target, by])]
    )
    return ally, by, target


@app.cell
def spending(ally, ask, newest, shown):
    spent = ask(
        """SELECT share.year, share.value AS share_of_gdp_pct, amount.value / 1000 AS spending_bn, amount.currency, share.status
           FROM core.observation AS share JOIN core.observation AS amount USING (edition_id, entity, year)
           WHERE edition_id = $edition AND entity = $ally AND share.indicator = 'defence_share_of_gdp' AND share.value IS NOT NULL
             AND amount.indicator = 'defence_expenditure' AND amount.price_basis = 'current'
             AND (amount.currency <> 'USD' OR entity = 'USA')
           ORDER BY year DESC""",
        edition=newest,
        ally=ally.value,
    )
    shown("1. What does it spend, and which share of GDP is that?", spent)
    return (spent,)


@app.cell
def verdicts(ally, ask, shown):
    met = ask(
        """SELECT title, year, value, threshold, verdict, status FROM compliance_latest JOIN core.guideline USING (rule_id)
           WHERE entity = $ally AND verdict <> 'not_applicable'
           QUALIFY row_number() OVER (PARTITION BY rule_id ORDER BY year DESC) = 1 ORDER BY title""",
        ally=ally.value,
    )
    shown("2. Which targets does it meet, as known now?", met)
    return (met,)


@app.cell
def known_then(ally, ask, shown):
    two_percent = ask(
        """SELECT known.edition_id, known.value, known.verdict, now.edition_id AS edition_now, now.value AS value_now,
                  now.verdict AS verdict_now
           FROM compliance_as_of(DATE '2024-12-31') AS known JOIN compliance_latest AS now USING (rule_id, entity, year)
           WHERE rule_id = 'wales_2pct' AND entity = $ally AND year = 2024""",
        ally=ally.value,
    )
    shown("3. Did it meet 2 % in 2024, as known at the end of that year and as known now?", two_percent)
    return (two_percent,)


@app.cell
def gap(ally, ask, newest, shown, target):
    missing = ask(
        """SELECT c.year, c.value AS share_of_gdp_pct, mart.gap_pp(c.value, $target) AS gap_pp,
                  mart.missing_spending('defence_share_of_gdp', c.value, c.recomputed_value, $target) * o.value / 1000 AS gap_bn,
                  o.currency
           FROM mart.compliance AS c JOIN core.observation AS o USING (edition_id, entity, year)
           WHERE rule_id = 'hague_core_3_5pct' AND edition_id = $edition AND entity = $ally AND c.value IS NOT NULL
             AND o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND (o.currency <> 'USD' OR entity = 'USA')
           ORDER BY year DESC LIMIT 3""",
        edition=newest,
        ally=ally.value,
        target=target.value,
    )
    shown(f"4. How much is missing to {target.value} %, in its own currency?", missing)
    return (missing,)


@app.cell
def yearly(by, mo, spent, target):
    _start = spent.row(0, named=True)
    step_pp = max(0, (target.value - _start["share_of_gdp_pct"]) / (by.value - _start["year"]))
    _from = f"from {_start['share_of_gdp_pct']} % in {_start['year']}"
    _answer = (
        f"**{step_pp:.2f} points of GDP a year**, {_from}."
        if step_pp
        else f"**Nothing**: it is there, at {_start['share_of_gdp_pct']} % in {_start['year']}."
    )
    mo.md(f"## 5. What must it add each year to be at {target.value} % in {by.value}?\n\n{_answer}")
    return (step_pp,)


@app.cell
def chance(ally, ask, by, newest, shown, target):
    likely = ask(
        "SELECT median_pct, p_at_least, p_at_most FROM outlook_chance($ally, $target, $year) WHERE edition_id = $edition",
        ally=ally.value,
        target=target.value,
        year=by.value,
        edition=newest,
    )
    shown(f"6. How likely is it to be at {target.value} % or above in {by.value}?", likely)
    return (likely,)


@app.cell
def part(ally, ask, newest, shown):
    carried = ask(
        """SELECT year, share_of_nato_expenditure_pct, share_of_nato_gdp_pct, burden_ratio, rank_in_year FROM mart.burden
           WHERE edition_id = $edition AND entity = $ally ORDER BY year DESC LIMIT 3""",
        edition=newest,
        ally=ally.value,
    )
    shown("7. Which part of the Alliance's spending and of its GDP is that?", carried)
    return (carried,)


@app.cell
def forces(ally, ask, newest, shown):
    shape = ask(
        """SELECT year, max(value) FILTER (WHERE indicator = 'defence_per_capita') AS constant_usd_per_head,
                  max(value) FILTER (WHERE indicator = 'equipment_share') AS equipment_pct,
                  max(value) FILTER (WHERE indicator = 'personnel') AS personnel_thousand
           FROM core.observation WHERE edition_id = $edition AND entity = $ally GROUP BY year ORDER BY year DESC LIMIT 3""",
        edition=newest,
        ally=ally.value,
    )
    shown("8 and 9. How much is it per head, what goes to equipment, and how many persons serve?", shape)
    return (shape,)


@app.cell
def moved(ally, ask, newest, shown):
    parts = ask(
        """WITH figure AS (
               SELECT year, max(value) FILTER (WHERE indicator = 'defence_expenditure') AS e, max(value) FILTER (WHERE indicator = 'gdp') AS y
               FROM core.observation WHERE edition_id = $edition AND entity = $ally AND currency = 'USD' AND price_basis = 'constant'
               GROUP BY year)
           SELECT b.year, mart.spending_part_pp(a.e, a.y, b.e, b.y) AS spending_part_pp, mart.gdp_part_pp(a.e, a.y, b.e, b.y) AS gdp_part_pp
           FROM figure AS a JOIN figure AS b ON a.year = 2021 AND b.year > 2021 ORDER BY b.year DESC""",
        edition=newest,
        ally=ally.value,
    )
    shown("10. What moved its share since 2021: real spending or real GDP?", parts)
    return (parts,)


@app.cell
def editions(ally, ask, shown):
    printed = ask(
        """SELECT year, edition_id, value AS share_of_gdp_pct, status FROM core.observation
           WHERE source_id = 'nato' AND indicator = 'defence_share_of_gdp' AND entity = $ally AND year IN (2023, 2024)
             AND value IS NOT NULL ORDER BY year, edition_id""",
        ally=ally.value,
    )
    shown("11. What did each edition say of 2023 and 2024?", printed)
    return (printed,)


@app.cell
def definitions(ally, ask, shown):
    bridge = ask(
        """SELECT nato_share_pct, sipri_share_pct, eurostat_share_pct, world_bank_share_pct FROM mart.definition_bridge
           WHERE entity = $ally AND year = 2024""",
        ally=ally.value,
    )
    shown("12. What is its share of 2024 under each definition?", bridge)
    return (bridge,)


if __name__ == "__main__":
    app.run()
