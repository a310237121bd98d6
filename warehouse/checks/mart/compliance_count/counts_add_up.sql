-- id: counts_add_up
-- severity: error
-- question: structure
-- reason: every member with forces is counted once

SELECT * FROM {batch} WHERE coalesce(met + not_met, 0) + not_reported <> members
