INSERT INTO day (repository, date, views_count, views_uniques, clones_count, clones_uniques)
SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM {given bigint, bigint, bigint, bigint, bigint, bigint} WHERE true
ON CONFLICT DO NOTHING
