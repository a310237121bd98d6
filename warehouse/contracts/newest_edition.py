"""Which edition is the newest: the one definition, as SQL over core.edition."""

from __future__ import annotations

from typing import Final

# The day before the end of all spans: everything that is published is known then, and everything withdrawn is gone.
ALWAYS: Final = "DATE '9999-12-30'"


def newest_editions(editions: str = "core.edition", day: str = ALWAYS) -> str:
    """SELECT of one row a data set: its newest edition not withdrawn on the day, and its newest complete one.

    `editions` names a table with the columns of core.edition, `day` is SQL. An edition that was withdrawn by the day is
    never the newest; the edition before it is again.
    """
    return f"""
    SELECT source_id, data_set, max_by(edition_id, vintage_seq) AS edition_id, max_by(published_on, vintage_seq) AS published_on,
           max_by(completeness, vintage_seq) AS completeness,
           max_by(edition_id, vintage_seq) FILTER (WHERE completeness = 'complete') AS complete_edition_id,
           max_by(published_on, vintage_seq) FILTER (WHERE completeness = 'complete') AS complete_published_on
    FROM {editions} WHERE published_on <= {day} AND (withdrawn_on IS NULL OR withdrawn_on > {day})
    GROUP BY source_id, data_set"""
