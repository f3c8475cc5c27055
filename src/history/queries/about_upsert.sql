INSERT INTO about (repository, field, value, seen)
SELECT ?1, ?2, ?3, ?4 FROM {given bigint, text, text, bigint} WHERE true
ON CONFLICT (repository, field) DO UPDATE SET value = excluded.value, seen = excluded.seen
WHERE excluded.seen > about.seen OR (excluded.seen = about.seen AND excluded.value > about.value)
