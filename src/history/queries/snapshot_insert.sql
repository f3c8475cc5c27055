-- A moment has one answer. Of two that differ nobody knows which is right; which one stays was decided before.
INSERT INTO snapshot (repository, kind, taken, top)
SELECT ?1, ?2, ?3, ?4 FROM {given bigint, bigint, bigint, text} WHERE true
ON CONFLICT (repository, kind, taken) DO UPDATE SET top = excluded.top WHERE snapshot.top <> excluded.top
