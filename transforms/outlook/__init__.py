"""What lies ahead: what a target requires, what may come, and where a country stands today (METRICS, section 5)."""
