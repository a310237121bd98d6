-- The formulas of the warehouse, each once: the marts compute with them, `burden explain` computes again with them, and
-- consumers call them. They are published in schema mart, and the comment above each is its comment there: first the
-- formula with its unit, then the reason or a caveat. docs/metrics.md has each with its definition and a worked example.
-- Money is in millions, shares and rates in percent, pp are percentage points. A null input gives null unless said here.

-- Under a rule

-- 100 * part / whole [percent]
CREATE MACRO mart.percent_of(part, whole) AS 100 * part / whole;

-- threshold_pct - share_pct [pp]. Positive: missing; negative: above.
CREATE MACRO mart.gap_pp(share_pct, threshold_pct) AS threshold_pct - share_pct;

-- value - threshold [pp]
CREATE MACRO mart.margin_pp(value, threshold) AS value - threshold;

-- threshold_pct / share_pct - 1 [fraction of spending]. What spending must grow by, GDP unchanged, to lift the share to the threshold; null for a share of 0.
CREATE MACRO mart.gap_factor(share_pct, threshold_pct) AS threshold_pct / nullif(share_pct, 0) - 1;

-- threshold / (100 * spending / gdp) - 1, spending and gdp at constant prices; 0 at the threshold as printed; rules on equipment: (threshold - share) / 100 [fraction of spending]. The published share decides, not the digits behind it.
CREATE MACRO mart.missing_spending(measured_on, share_pct, recomputed_pct, threshold_pct) AS
CASE
    WHEN measured_on = 'equipment_share' THEN mart.gap_pp(share_pct, threshold_pct) / 100
    WHEN mart.gap_pp(share_pct, threshold_pct) * mart.gap_factor(recomputed_pct, threshold_pct) > 0
        THEN mart.gap_factor(recomputed_pct, threshold_pct)
    WHEN share_pct IS NOT NULL AND recomputed_pct IS NOT NULL THEN 0
END;

-- the published share; of a total share the core share, where it alone reaches the threshold [percent]. The related leg is in no table.
CREATE MACRO mart.value_under_rule(measured_on, share_pct, threshold_pct) AS
CASE
    WHEN measured_on = 'related_share_of_gdp' THEN NULL
    WHEN measured_on <> 'total_share_of_gdp' OR share_pct >= threshold_pct THEN share_pct
END;

-- met if value >= threshold; not_reported without a value; not_applicable without forces or membership. A rule that is an upper bound is met by any value.
CREATE MACRO mart.verdict(applicable, value, threshold, comparison) AS
CASE
    WHEN NOT applicable THEN 'not_applicable'
    WHEN value IS NULL THEN 'not_reported'
    WHEN comparison = 'at_least' AND value < threshold THEN 'not_met'
    ELSE 'met'
END;

-- value or recomputed_value within 0.005 of the threshold, or on different sides of it. Half of the last digit that NATO prints; 1e-9 keeps 2.005 inside it in spite of binary fractions. Null without a value.
CREATE MACRO mart.is_rounding_sensitive(value, recomputed_value, threshold) AS
CASE WHEN value IS NOT NULL THEN
    abs(value - threshold) <= 0.005 + 1e-9
    OR coalesce(abs(recomputed_value - threshold) <= 0.005 + 1e-9, false)
    OR coalesce((value >= threshold) <> (recomputed_value >= threshold), false)
END;

-- verdicts that are so; null where no member has a figure. An aggregate function: where no member reports, the count is null.
CREATE MACRO mart.judged_count(verdict, wanted) AS
CASE WHEN bool_or(verdict IN ('met', 'not_met')) THEN count(*) FILTER (WHERE verdict = wanted) END;

-- year(member_from) <= in_year <= year(member_to). A member counts from its accession year on; without member_to it is one still.
CREATE MACRO mart.is_member(in_year, member_from, member_to) AS
in_year BETWEEN year(member_from) AND coalesce(year(member_to::DATE), 9999);

-- year >= year(adopted_on)
CREATE MACRO mart.is_in_force(in_year, adopted_on) AS in_year >= year(adopted_on);

-- year >= due_year; for a rule due at once year >= year(adopted_on). False for a rule without a due year.
CREATE MACRO mart.is_due(in_year, due_at_once, adopted_on, due_year) AS
CASE WHEN due_at_once THEN mart.is_in_force(in_year, adopted_on) ELSE coalesce(in_year >= due_year, false) END;

-- Of a group

-- sum over the members; null if one has no figure. An aggregate function.
CREATE MACRO mart.complete_sum(figure) AS CASE WHEN count(figure) = count(*) THEN sum(figure) END;

-- sum over the members below the threshold; null if one has no figure. An aggregate function.
CREATE MACRO mart.complete_shortfall(gap) AS CASE WHEN count(gap) = count(*) THEN sum(greatest(gap, 0)) END;

-- 100 * (later / earlier - 1) [percent]
CREATE MACRO mart.growth_pct(later, earlier) AS 100 * (later / earlier - 1);

-- share_pct / nato_share_pct [ratio]. Above 1: the Ally carries more than its economic weight.
CREATE MACRO mart.burden_ratio(share_pct, nato_share_pct) AS share_pct / nato_share_pct;

-- one more than the figures that are larger. Equal figures share a rank; null without a figure.
CREATE MACRO mart.rank_among(figure, figures) AS
CASE WHEN figure IS NOT NULL THEN 1 + len(list_filter(figures, lambda other: other > figure)) END;

-- first_rank + (equal - 1) / 2. The rank of a figure of which so many are equal, the first of them at first_rank: ties share the mean of their ranks.
CREATE MACRO mart.mean_rank(first_rank, equal) AS first_rank + (equal - 1) / 2;

-- Spearman's correlation of the published shares with GDP [-1 to 1]. An aggregate function over two ranks. Null for fewer than three members, who always are in perfect order, and where all ranks are equal; binary fractions may overshoot 1.
CREATE MACRO mart.rank_correlation(share_rank, gdp_rank) AS
CASE
    WHEN count(*) >= 3 AND count(DISTINCT share_rank) > 1 AND count(DISTINCT gdp_rank) > 1
        THEN greatest(-1.0, least(1.0, corr(share_rank, gdp_rank)))
END;

-- Between editions

-- the digits after the point that a figure carries, negative for whole tens. Nine means that there are more than eight: a computed figure, not rounded.
CREATE MACRO mart.decimals_carried(figure) AS
coalesce(
    list_min(list_filter(range(-6, 9), lambda digits:
        abs(figure::DOUBLE - round(figure::DOUBLE, digits::INTEGER)) <= 1e-12 * greatest(1, abs(figure::DOUBLE)))),
    9
);

-- the most decimals that a figure carries. An aggregate function; null for fewer than six figures: one may end in a zero by chance; that six do, and hide a decimal, happens once in a million.
CREATE MACRO mart.decimals_printed(figure) AS CASE WHEN count(*) >= 6 THEN max(mart.decimals_carried(figure)) END;

-- half of the last printed digit
CREATE MACRO mart.half_unit(decimals) AS 0.5 * 10.0 ** -decimals;

-- new_value - old_value
CREATE MACRO mart.change(old_value, new_value) AS new_value - old_value;

-- |later - earlier| <= half_unit. Rounding is no revision.
CREATE MACRO mart.is_same_at_print(later, earlier, half_unit) AS
abs(later - earlier) <= half_unit + 1e-12 * greatest(1, abs(later));

-- later - first; 0 where print precision explains it
CREATE MACRO mart.estimate_error(later, first, half_unit) AS
CASE WHEN mart.is_same_at_print(later, first, half_unit) THEN 0 ELSE later - first END;

-- mean of the size of the errors. An aggregate function.
CREATE MACRO mart.mean_size(error) AS avg(abs(error));

-- share of the errors that are below zero [percent]. An aggregate function.
CREATE MACRO mart.below_zero_pct(error) AS 100 * avg((error < 0)::INT);

-- amount / irrevocable_rate: an amount in a former currency in the one that succeeded it
CREATE MACRO mart.in_successor_currency(amount, irrevocable_rate) AS amount * (1 / irrevocable_rate);

-- gdp_usd * spending / spending_usd: GDP in national currency at the rate that spending implies. NATO prints no GDP in national currency.
CREATE MACRO mart.gdp_at_implied_rate(gdp_usd, spending, spending_usd) AS gdp_usd * spending / spending_usd;

-- (E1 - E0) * (1/Y0 + 1/Y1) / 2 * 100 [pp]. E: spending, Y: GDP of the earlier (0) and the later (1) edition, in one currency at current prices.
CREATE MACRO mart.spending_part_pp(e0, y0, e1, y1) AS (e1 - e0) * (1 / y0 + 1 / y1) / 2 * 100;

-- (1/Y1 - 1/Y0) * (E0 + E1) / 2 * 100 [pp]
CREATE MACRO mart.gdp_part_pp(e0, y0, e1, y1) AS (1 / y1 - 1 / y0) * (e0 + e1) / 2 * 100;

-- (new_value - 100*E1/Y1) - (old_value - 100*E0/Y0) [pp]. What the other two parts leave: they add up to the change of the nominal ratio, the three to the change of the published share.
CREATE MACRO mart.method_part_pp(old_value, new_value, e0, y0, e1, y1) AS
(new_value - mart.percent_of(e1, y1)) - (old_value - mart.percent_of(e0, y0));

-- ln(1 + rate_pct / 100). Summed over years: the log of the level that growth rates add up to.
CREATE MACRO mart.log_growth(rate_pct) AS ln(1 + rate_pct / 100);

-- a unit with its currency and base year, as mart.revision writes it
CREATE MACRO mart.full_unit(unit, currency, base_year) AS
CASE unit
    WHEN 'million' THEN 'million ' || currency
    WHEN 'currency_per_head' THEN currency || ' per head'
    WHEN 'currency_per_usd' THEN currency || ' per USD'
    ELSE unit
END || CASE WHEN base_year IS NOT NULL AND currency IS NOT NULL THEN ' of ' || base_year ELSE '' END;

-- Between definitions

-- minuend_pct - subtrahend_pct [pp]
CREATE MACRO mart.difference_pp(minuend_pct, subtrahend_pct) AS minuend_pct - subtrahend_pct;

-- median of spending in US$ over spending in euro, of the members that NATO prints in both. An aggregate function.
CREATE MACRO mart.implied_usd_per_eur(usd_m, eur_m) AS median(usd_m / eur_m);

-- 100 * spending / share_pct: the GDP that a share was computed with; null for a share of 0
CREATE MACRO mart.implied_gdp(spending, share_pct) AS 100 * spending / nullif(share_pct, 0);
