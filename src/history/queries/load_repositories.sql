SELECT key, lower(host), github_id, private, fork, archived, description, collected FROM repository ORDER BY key
