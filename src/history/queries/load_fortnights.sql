-- Those of its last thirteen months: they are one a night, and older ones are told by weeks and days.
SELECT repository, taken, views_count, views_uniques, clones_count, clones_uniques
FROM fortnight CROSS JOIN {given bigint}
WHERE repository = ?1
  AND taken >= (SELECT max(taken) FROM fortnight AS other WHERE other.repository = ?1) - 34560000000000
ORDER BY repository, taken
