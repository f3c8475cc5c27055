SELECT day.repository, day.date, coalesce(day.views_count, 0) > 0
FROM repository JOIN day ON day.repository = repository.key
WHERE repository.host = ?1 AND repository.github_id IS NOT NULL AND day.date >= ?2
  AND (day.views_count > 0 OR day.clones_count > 0)
ORDER BY day.repository, day.date
