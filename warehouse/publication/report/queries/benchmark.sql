-- Allies, Indo-Pacific partners, China, Russia, Ukraine and North Korea on SIPRI's definition, in its newest year.
SELECT
    c.iso3, c.name, b.year, b.group_id, b.share_of_gdp_pct AS share_pct, b.availability, b.rank_in_year,
    b.expenditure_usd_current_m / 1000 AS usd_bn, b.edition_id, b.flags, b.note,
    (SELECT median(a.share_of_gdp_pct) FROM mart.benchmark AS a WHERE a.group_id = 'NATO' AND a.year = b.year) AS allied_median_pct
FROM mart.benchmark AS b JOIN core.country AS c ON c.iso3 = b.entity
WHERE b.year = (SELECT max(year) FROM mart.benchmark WHERE share_of_gdp_pct IS NOT NULL)
ORDER BY b.share_of_gdp_pct DESC NULLS LAST, c.name
