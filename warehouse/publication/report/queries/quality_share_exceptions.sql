SELECT edition_id, entity, year_from, year_to, price_basis, largest_difference_pp, reason, citation, reviewed_on
FROM core.share_exception ORDER BY edition_id, price_basis, entity, year_from
