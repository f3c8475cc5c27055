SELECT repository, monday, views_count, views_uniques, clones_count, clones_uniques FROM week ORDER BY repository, monday
