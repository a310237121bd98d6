"""Looking ahead: what a target requires, the outlook, and a country's position today (docs/metrics.md#path)."""
