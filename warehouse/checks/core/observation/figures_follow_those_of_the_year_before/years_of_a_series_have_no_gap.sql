-- id: years_of_a_series_have_no_gap
-- severity: error
-- question: resemblance
-- reason: a year without a figure has a row that says so: a missing row was lost in reading (the IMF's interface
--   leaves out years without a figure, so its series may have gaps; SIPRI's local row of Zimbabwe has the years of
--   one currency between those of another)

WITH series AS MATERIALIZED (
    SELECT edition_id, indicator, entity, currency, price_basis, year_basis, list_sort(list(DISTINCT year)) AS years,
           min(year) AS year_from, max(year) AS year_to, row_number() OVER () AS series
    FROM {batch} WHERE source_id <> 'imf' GROUP BY edition_id, indicator, entity, currency, price_basis, year_basis),
  printed AS (SELECT * EXCLUDE (years), unnest(years) AS year FROM series),
  -- A series of another currency that has just the years that this one lacks. Joined, not a lambda that names the outer
  -- series: DuckDB 2.0.0 did not always bind that ("Referenced table s not found").
  continued AS (
    SELECT gap.series FROM series AS gap
    JOIN printed AS other USING (edition_id, indicator, entity, price_basis, year_basis)
    WHERE len(gap.years) < gap.year_to - gap.year_from + 1
    GROUP BY gap.series, gap.years, gap.year_from, gap.year_to, other.series
    HAVING NOT bool_or(list_contains(gap.years, other.year))
       AND count(*) FILTER (other.year BETWEEN gap.year_from AND gap.year_to)
           = gap.year_to - gap.year_from + 1 - len(gap.years))
  SELECT * EXCLUDE (series) FROM series
  WHERE len(years) < year_to - year_from + 1 AND series NOT IN (SELECT series FROM continued)
