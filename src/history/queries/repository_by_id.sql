SELECT key FROM repository WHERE host = ?1 AND github_id = ?2
