-- id: membership_runs_forward
-- severity: error
-- question: structure
-- reason: a membership ends after it began

SELECT * FROM {batch} WHERE member_to < member_from
