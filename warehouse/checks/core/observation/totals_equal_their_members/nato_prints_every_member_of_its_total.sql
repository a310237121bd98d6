-- id: nato_prints_every_member_of_its_total
-- severity: error
-- question: resemblance
-- reason: an edition that prints a total prints the spending of each of that year's members: a row was lost, or the
--   membership is new

SELECT * FROM relation.nato_member_sums WHERE indicator = 'defence_expenditure' AND present + withheld < members
