-- id: gaps_have_one_sign
-- severity: error
-- question: structure
-- reason: money follows the share that decides: a country that meets a rule lacks no money for it

SELECT * FROM {batch} WHERE gap_most_pp * gap_most_usd_constant_m < 0 OR gap_least_pp * gap_least_usd_constant_m < 0
  OR sign(gap_most_usd_constant_m) <> sign(gap_most_usd_current_m)
  OR sign(gap_most_usd_constant_m) <> sign(gap_most_national_currency_m)
