INSERT INTO source (repository, source, seen, left) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (repository, source) DO UPDATE
SET seen = max(seen, excluded.seen), left = max(left, excluded.left)
