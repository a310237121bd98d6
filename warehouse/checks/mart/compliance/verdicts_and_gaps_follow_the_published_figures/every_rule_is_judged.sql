-- id: every_rule_is_judged
-- severity: warn
-- question: structure
-- reason: a rule without a row has no edition that prints what it is measured on

SELECT rule_id FROM core_guideline WHERE rule_id NOT IN (SELECT rule_id FROM {batch})
