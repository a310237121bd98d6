SELECT edition_id, url, place, verdict, reason, retry, refused_at FROM quality.quarantine ORDER BY refused_at DESC
