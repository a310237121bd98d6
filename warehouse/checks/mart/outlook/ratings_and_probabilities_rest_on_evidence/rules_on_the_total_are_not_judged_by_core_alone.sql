-- id: rules_on_the_total_are_not_judged_by_core_alone
-- severity: error
-- question: structure
-- reason: the related leg is unreported: below the threshold nothing is known

SELECT * FROM {batch} WHERE measured_on = 'core_share_alone' AND rating NOT IN ('arrived', 'unrated')
