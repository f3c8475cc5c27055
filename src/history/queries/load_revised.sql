-- Every value of the days that changed after they had come to rest: of which two values were seen at the age of three
-- days or later, or a larger one before. A day that just came to rest is none of them. Dates are days, moments are
-- microseconds.
SELECT one.repository, one.date, one.metric, one.count, one.uniques, one.first_seen, one.last_seen
FROM (
    SELECT value.repository, value.date, value.metric
    FROM repository
    CROSS JOIN {given bigint}
    JOIN observation AS value ON value.repository = repository.key
        AND value.date >= (SELECT max(last) - 396 FROM looked WHERE looked.repository = repository.key)
    WHERE repository.key = ?1
    GROUP BY value.repository, value.date, value.metric
    HAVING sum(CASE WHEN value.last_seen >= (value.date + 3) * 86400000000 THEN 1 ELSE 0 END) > 1
        OR max(value.count) > max(CASE WHEN value.last_seen >= (value.date + 3) * 86400000000 THEN value.count END)
        OR max(value.uniques) > max(CASE WHEN value.last_seen >= (value.date + 3) * 86400000000 THEN value.uniques END)
) AS revised
JOIN observation AS one
  ON one.repository = revised.repository AND one.date = revised.date AND one.metric = revised.metric
ORDER BY one.repository, one.date, one.metric, one.first_seen, one.count, one.uniques
