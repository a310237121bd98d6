"""What lies ahead: what a target requires, what may come, and where a country stands today (docs/metrics.md#path)."""
