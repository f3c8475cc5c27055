-- A moment has one answer: a list of that kind and moment that is there already stays.
INSERT INTO snapshot (repository, kind, taken, top)
SELECT ?1, ?2, ?3, ?4 FROM {given bigint, bigint, bigint, text} WHERE true
ON CONFLICT DO NOTHING
