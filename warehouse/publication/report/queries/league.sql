-- Every Ally with forces in the last year of the newest edition: shares, money, verdicts, gaps to 3.5 %, equipment.
SELECT
    c.iso3, c.name, core.year, core.status, core.value AS share_pct, outturn.value AS outturn_share_pct,
    two.verdict AS two_verdict, core.verdict AS core_verdict, total.verdict AS total_verdict,
    usd.value / 1000 AS spending_usd_bn, national.value / 1000 AS spending_national_bn,
    core.gap_pp, core.gap_usd_current_m / 1000 AS gap_usd_bn,
    core.gap_national_currency_m / 1000 AS gap_national_bn, core.currency,
    equipment.value AS equipment_pct, equipment.status AS equipment_status, equipment.verdict AS equipment_verdict,
    core.threshold AS core_threshold, two.threshold AS two_threshold, total.threshold AS total_threshold,
    equipment.threshold AS equipment_threshold, core.rounding_sensitive, core.flags
FROM mart.compliance AS core
JOIN core.country AS c ON c.iso3 = core.entity
JOIN mart.compliance AS two
    ON two.edition_id = core.edition_id AND two.entity = core.entity AND two.year = core.year AND two.rule_id = 'wales_2pct'
JOIN mart.compliance AS total
    ON total.edition_id = core.edition_id AND total.entity = core.entity AND total.year = core.year
   AND total.rule_id = 'hague_total_5pct'
LEFT JOIN mart.compliance AS equipment
    ON equipment.edition_id = core.edition_id AND equipment.entity = core.entity AND equipment.year = core.year
   AND equipment.rule_id = 'wales_equipment_20pct'
LEFT JOIN mart.compliance AS outturn
    ON outturn.edition_id = core.edition_id AND outturn.entity = core.entity AND outturn.year = $outturn_year
   AND outturn.rule_id = core.rule_id
LEFT JOIN core.observation AS usd
    ON usd.edition_id = core.edition_id AND usd.entity = core.entity AND usd.year = core.year
   AND usd.indicator = 'defence_expenditure' AND usd.price_basis = 'current' AND usd.currency = 'USD'
LEFT JOIN core.observation AS national
    ON national.edition_id = core.edition_id AND national.entity = core.entity AND national.year = core.year
   AND national.indicator = 'defence_expenditure' AND national.price_basis = 'current' AND national.currency = core.currency
WHERE core.rule_id = 'hague_core_3_5pct' AND core.edition_id = $edition AND core.year = $last_year
  AND core.verdict <> 'not_applicable'
ORDER BY core.value DESC NULLS LAST, c.name
