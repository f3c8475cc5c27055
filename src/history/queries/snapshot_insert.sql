INSERT INTO snapshot (repository, kind, taken, top) VALUES (?1, ?2, ?3, ?4)
