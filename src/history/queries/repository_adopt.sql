UPDATE repository SET github_id = ?2 WHERE key = ?1 AND github_id IS NULL
