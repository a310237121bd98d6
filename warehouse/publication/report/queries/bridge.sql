-- The same Ally and year under four definitions, in the newest year that both NATO and SIPRI print.
SELECT
    c.iso3, c.name, b.year, b.nato_share_pct, b.sipri_share_pct, b.eurostat_share_pct, b.world_bank_share_pct,
    b.sipri_less_nato_pp, b.eurostat_less_nato_pp, b.nato_edition_id, b.sipri_edition_id, b.eurostat_edition_id,
    b.world_bank_edition_id, b.world_bank_derived_from, b.flags,
    CASE WHEN b.eurostat_share_pct IS NOT NULL
         THEN b.sipri_share_pct > least(b.nato_share_pct, b.eurostat_share_pct)
          AND b.sipri_share_pct < greatest(b.nato_share_pct, b.eurostat_share_pct)
    END AS sipri_is_between
FROM mart.definition_bridge AS b JOIN core.country AS c ON c.iso3 = b.entity
WHERE b.nato_share_pct IS NOT NULL
  AND b.year = (SELECT max(year) FROM mart.definition_bridge WHERE nato_share_pct IS NOT NULL AND sipri_share_pct IS NOT NULL)
ORDER BY b.nato_share_pct DESC, c.name
