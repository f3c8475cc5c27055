-- Those of the last thirteen months: they are one a night, and older ones are told by weeks and days.
SELECT repository, taken, views_count, views_uniques, clones_count, clones_uniques
FROM fortnight
WHERE taken >= (SELECT max(taken) FROM fortnight) - 34560000000000
ORDER BY repository, taken
