SELECT repository, date, views_count, views_uniques, clones_count, clones_uniques
FROM day CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, date
