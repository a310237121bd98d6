-- Every year of every Ally in the newest edition: share, money, people, equipment, verdicts.
SELECT
    core.entity AS iso3, core.year, core.value AS share_pct, core.status, core.flags,
    national.value / 1000 AS spending_national_bn, core.currency, usd.value / 1000 AS spending_usd_bn,
    real.value / 1000 AS spending_usd_constant_bn, head.value AS per_head_usd_constant, head.base_year, people.value AS personnel_thousand,
    two.verdict AS two_verdict, core.verdict AS core_verdict, core.gap_pp, core.gap_usd_current_m / 1000 AS gap_usd_bn,
    core.gap_national_currency_m / 1000 AS gap_national_bn,
    equipment.value AS equipment_pct, equipment.verdict AS equipment_verdict
FROM mart.compliance AS core
JOIN mart.compliance AS two
    ON two.edition_id = core.edition_id AND two.entity = core.entity AND two.year = core.year AND two.rule_id = 'wales_2pct'
LEFT JOIN mart.compliance AS equipment
    ON equipment.edition_id = core.edition_id AND equipment.entity = core.entity AND equipment.year = core.year
   AND equipment.rule_id = 'wales_equipment_20pct'
LEFT JOIN core.observation AS usd
    ON usd.edition_id = core.edition_id AND usd.entity = core.entity AND usd.year = core.year
   AND usd.indicator = 'defence_expenditure' AND usd.price_basis = 'current' AND usd.currency = 'USD'
LEFT JOIN core.observation AS real
    ON real.edition_id = core.edition_id AND real.entity = core.entity AND real.year = core.year
   AND real.indicator = 'defence_expenditure' AND real.price_basis = 'constant' AND real.currency = 'USD'
LEFT JOIN core.observation AS national
    ON national.edition_id = core.edition_id AND national.entity = core.entity AND national.year = core.year
   AND national.indicator = 'defence_expenditure' AND national.price_basis = 'current' AND national.currency = core.currency
LEFT JOIN core.observation AS head
    ON head.edition_id = core.edition_id AND head.entity = core.entity AND head.year = core.year
   AND head.indicator = 'defence_per_capita' AND head.price_basis = 'constant' AND head.currency = 'USD'
LEFT JOIN core.observation AS people
    ON people.edition_id = core.edition_id AND people.entity = core.entity AND people.year = core.year
   AND people.indicator = 'personnel'
WHERE core.rule_id = 'hague_core_3_5pct' AND core.edition_id = $edition
ORDER BY core.entity, core.year
