-- The editions of the table under test, and the name that all issues of one share (new bytes under the old name are
-- `…:issue-2`).
SELECT edition_id, split_part(edition_id, ':issue-', 1) AS edition_name FROM {batch} GROUP BY edition_id
