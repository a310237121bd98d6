SELECT edition_id, url, place, reason, retry, refused_at FROM quality.quarantine ORDER BY refused_at DESC
