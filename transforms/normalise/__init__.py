"""From raw frames to rows of core.observation: entities, units, currencies, corrections, breaks, editions."""
