-- An Ally under four definitions, year by year.
SELECT entity AS iso3, year, nato_share_pct, sipri_share_pct, eurostat_share_pct, world_bank_share_pct, sipri_less_nato_pp,
       nato_edition_id, sipri_edition_id, eurostat_edition_id, world_bank_edition_id, flags
FROM mart.definition_bridge WHERE year >= $outturn_year - 3 AND year <= $last_year ORDER BY entity, year
