"""From a source's address, or a file that is handed in, to an edition in the landing store."""
