"""Sources: one module each for where an edition is found, how it is fetched, how often; and the bundled editions."""
