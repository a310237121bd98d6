SELECT edition_id, year, met, members
FROM {{ source('burden_sharing', 'compliance_count') }}
WHERE rule_id = 'wales_2pct' AND not_reported = 0
