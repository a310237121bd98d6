-- id: every_share_names_its_edition
-- severity: error
-- question: structure
-- reason: every figure can be followed to its edition

SELECT * FROM {batch} WHERE (nato_share_pct IS NOT NULL AND nato_edition_id IS NULL)
  OR (sipri_share_pct IS NOT NULL AND sipri_edition_id IS NULL)
  OR (eurostat_share_pct IS NOT NULL AND eurostat_edition_id IS NULL)
  OR (world_bank_share_pct IS NOT NULL AND world_bank_edition_id IS NULL)
