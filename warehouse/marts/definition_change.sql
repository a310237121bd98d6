-- Where two editions of NATO follow two definitions of spending: what the later one prints otherwise for the same country
-- and year, in the money that the country counts in. Source: docs/metrics.md#revisions-in-three-parts.
-- What comes again to the last printed digit, the definition did not move. No exchange rate, deflator or GDP is in it.
WITH printed AS (
    SELECT
        o.edition_id, o.entity, o.year, o.value, o.currency, o.status, o.definition,
        e.vintage_seq, e.published_on, e.withdrawn_on, p.half_unit
    FROM core.observation AS o
    JOIN core.edition AS e USING (edition_id)
    LEFT JOIN mart.print_precision AS p USING (edition_id, indicator, unit, price_basis, variant)
    WHERE o.source_id = 'nato' AND o.indicator = 'defence_expenditure' AND o.price_basis = 'current' AND o.variant = 'national'
      AND o.availability = 'reported' AND o.entity IN (SELECT iso3 FROM core.country)
),

-- The newest earlier edition that prints the country and year, and was not withdrawn when the later one was published.
followed AS (
    SELECT
        earlier.edition_id AS from_edition_id, later.edition_id AS to_edition_id, later.year, later.entity,
        earlier.definition AS from_definition, later.definition AS to_definition,
        earlier.status = 'actual' AND later.status = 'actual' AS is_outturn,
        later.currency <> earlier.currency AS is_redenominated,
        mart.is_same_at_print(
            later.value, earlier.value, coalesce(greatest(earlier.half_unit, later.half_unit), 0)
        ) AS is_unchanged
    FROM printed AS later
    JOIN printed AS earlier ON earlier.entity = later.entity AND earlier.year = later.year
     AND earlier.vintage_seq < later.vintage_seq
     AND (earlier.withdrawn_on IS NULL OR earlier.withdrawn_on > later.published_on)
    QUALIFY row_number() OVER (PARTITION BY later.edition_id, later.entity, later.year ORDER BY earlier.vintage_seq DESC) = 1
)

SELECT
    from_edition_id, to_edition_id, year, from_definition, to_definition,
    bool_and(is_outturn) AS outturns_in_both,
    count(*) FILTER (WHERE NOT is_redenominated) AS compared,
    count(*) FILTER (WHERE NOT is_redenominated AND is_unchanged) AS unchanged,
    coalesce(list(entity ORDER BY entity) FILTER (WHERE NOT is_redenominated), []) AS entities,
    coalesce(list(entity ORDER BY entity) FILTER (WHERE NOT is_redenominated AND NOT is_unchanged), []) AS changed_entities,
    coalesce(list(entity ORDER BY entity) FILTER (WHERE is_redenominated), []) AS redenominated_entities
FROM followed
WHERE from_definition <> to_definition
GROUP BY from_edition_id, to_edition_id, year, from_definition, to_definition
ORDER BY from_edition_id, to_edition_id, year
