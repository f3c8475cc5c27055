-- The newest one of each figure comes last.
SELECT repository, date, metric, count, uniques FROM correction ORDER BY repository, date, metric, made
