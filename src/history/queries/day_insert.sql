INSERT OR IGNORE INTO day (repository, date, views_count, views_uniques, clones_count, clones_uniques)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
