-- A row for the share and one for the money: either of the two may be at fault.
SELECT unnest([share, money]) AS indicator, * FROM relation.implied_gdp_against_other_sources
