SELECT repository, date, views_count, views_uniques, clones_count, clones_uniques
FROM day ORDER BY repository, date
