"""From a source's address, or a file that somebody hands in, to an edition in the landing store."""
