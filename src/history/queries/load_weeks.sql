SELECT repository, monday, views_count, views_uniques, clones_count, clones_uniques FROM week CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, monday
