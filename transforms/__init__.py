"""Pure transforms over polars frames: no Dagster, DuckDB, network, clock or environment."""
