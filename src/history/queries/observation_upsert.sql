INSERT INTO observation (repository, date, metric, count, uniques, first_seen, last_seen)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM {given bigint, bigint, bigint, bigint, bigint, bigint, bigint} WHERE true
ON CONFLICT (repository, date, metric, count, uniques) DO UPDATE
SET first_seen = CASE WHEN excluded.first_seen < observation.first_seen
                      THEN excluded.first_seen ELSE observation.first_seen END,
    last_seen = CASE WHEN excluded.last_seen > observation.last_seen
                     THEN excluded.last_seen ELSE observation.last_seen END
WHERE excluded.first_seen < observation.first_seen OR excluded.last_seen > observation.last_seen
