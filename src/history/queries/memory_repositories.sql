SELECT key, github_id, collected FROM repository WHERE host = ?1 AND github_id IS NOT NULL ORDER BY key
