INSERT INTO week (repository, monday, views_count, views_uniques, clones_count, clones_uniques)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO NOTHING
