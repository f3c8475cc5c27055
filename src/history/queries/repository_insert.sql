INSERT INTO repository (host, github_id, seen) VALUES (?1, ?2, ?3) RETURNING key
