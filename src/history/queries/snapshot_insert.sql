INSERT OR IGNORE INTO snapshot (repository, kind, taken) VALUES (?1, ?2, ?3)
