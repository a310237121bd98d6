"""The pages of a publication: report, quality, dictionary."""
