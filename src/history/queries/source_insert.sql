INSERT OR IGNORE INTO source (repository, source) VALUES (?1, ?2)
