-- The newest one of each figure comes last.
SELECT repository, date, metric, count, uniques FROM correction CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, date, metric, made
