-- Every rule that applies to an Ally, in the last year and in the last outturn year of the newest edition.
SELECT
    m.entity AS iso3, g.title, g.kind, m.threshold, m.year, m.value, m.status, m.verdict, m.gap_pp,
    m.gap_usd_current_m / 1000 AS gap_usd_bn, m.gap_national_currency_m / 1000 AS gap_national_bn, m.currency,
    g.indicator, g.due_year, m.rounding_sensitive
FROM mart.compliance AS m JOIN core.guideline AS g USING (rule_id)
WHERE m.edition_id = $edition AND m.year IN ($last_year, $outturn_year)
  AND (g.scope = 'NATO' OR g.scope = m.entity)
ORDER BY m.entity, g.adopted_on, g.rule_id, m.year DESC
