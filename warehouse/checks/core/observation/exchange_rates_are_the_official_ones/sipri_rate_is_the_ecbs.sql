-- id: sipri_rate_is_the_ecbs
-- severity: error
-- question: resemblance
-- concerns: indicator, entity, year, currency
-- exceptions: by source
-- reason: national currency over US$ is the ECB's yearly mean within 5 %: of the rates that six releases imply, 3
--   in 10 000 are not (the baht of 2007, the pound of 2025), but for those reviewed in core.check_exception

SELECT * FROM relation.sipri_rates_against_the_ecbs
