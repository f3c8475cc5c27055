SELECT key, lower(host), github_id FROM repository
