-- Every year of every Ally in the newest edition.
SELECT
    core.entity AS iso3, core.year, core.value AS share_pct, core.status, core.flags,
    two.verdict AS two_verdict, core.verdict AS core_verdict, core.gap_pp, core.gap_usd_current_m / 1000 AS gap_usd_bn,
    core.gap_national_currency_m / 1000 AS gap_national_bn, core.currency,
    equipment.value AS equipment_pct, equipment.verdict AS equipment_verdict
FROM mart.compliance AS core
JOIN mart.compliance AS two
    ON two.edition_id = core.edition_id AND two.entity = core.entity AND two.year = core.year AND two.rule_id = 'wales_2pct'
LEFT JOIN mart.compliance AS equipment
    ON equipment.edition_id = core.edition_id AND equipment.entity = core.entity AND equipment.year = core.year
   AND equipment.rule_id = 'wales_equipment_20pct'
WHERE core.rule_id = 'hague_core_3_5pct' AND core.edition_id = $edition
ORDER BY core.entity, core.year
