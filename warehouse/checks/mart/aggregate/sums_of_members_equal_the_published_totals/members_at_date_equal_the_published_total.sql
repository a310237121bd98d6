-- id: members_at_date_equal_the_published_total
-- severity: error
-- question: arithmetic
-- reason: the sum over that year's members computed here is NATO's total, within 3 million US$

-- The source's own sum, judged where the edition arrives: what a person accepted ends no run.

SELECT edition_id, group_id, year, p.expenditure_usd_current_m AS published, m.expenditure_usd_current_m AS summed
  FROM {batch} p JOIN {batch} m USING (edition_id, group_id, year)
  WHERE p.membership_basis = 'published' AND m.membership_basis = 'members_at_date'
    AND (abs(p.expenditure_usd_current_m - m.expenditure_usd_current_m) > 3
      OR abs(p.expenditure_usd_constant_m - m.expenditure_usd_constant_m) > 3)
