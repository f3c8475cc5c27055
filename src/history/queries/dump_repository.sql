SELECT lower(host), github_id, seen, described, private, fork, archived, description, collected
FROM repository WHERE key = ?1
