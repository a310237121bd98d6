"""Everything that knows Dagster or the network, and nothing else."""
