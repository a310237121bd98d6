-- id: member_is_a_known_country
-- severity: error
-- question: structure
-- reason: a member without a country row would vanish from every count

SELECT * FROM {batch} WHERE iso3 NOT IN (SELECT iso3 FROM core_country)
