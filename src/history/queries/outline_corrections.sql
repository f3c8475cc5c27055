SELECT repository, date, metric, count, uniques FROM correction ORDER BY repository, date, metric, made
