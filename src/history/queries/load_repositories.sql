SELECT key, lower(host), github_id, private, fork, archived, description, collected
FROM repository CROSS JOIN {given bigint} WHERE key = ?1 ORDER BY key
