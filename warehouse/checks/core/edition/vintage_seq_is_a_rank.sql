-- id: vintage_seq_is_a_rank
-- severity: error
-- question: structure
-- reason: newest must be one edition

SELECT vintage_seq, count(*) AS editions FROM {batch} GROUP BY ALL HAVING count(*) > 1
