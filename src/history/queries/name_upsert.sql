INSERT INTO name (repository, name, seen) VALUES (?1, ?2, ?3)
ON CONFLICT (repository, {folded}(name)) DO UPDATE SET seen = excluded.seen, name = excluded.name
WHERE excluded.seen > name.seen
