-- id: figures_printed_before_are_printed
-- severity: warn
-- question: resemblance
-- concerns: indicator, entity, year
-- exceptions: by edition
-- reason: a figure that an earlier edition printed is missing from the newest complete one: withdrawn by the
--   source, or lost

SELECT *, lost::INTEGER AS deviation, 0 AS tolerance FROM relation.figures_of_earlier_editions
