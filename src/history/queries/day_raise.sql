-- Never lowers a figure: the larger of both, or the only one known.
UPDATE day
SET views_count = CASE WHEN ?3 > coalesce(views_count, -1) THEN ?3 ELSE views_count END,
    views_uniques = CASE WHEN ?4 > coalesce(views_uniques, -1) THEN ?4 ELSE views_uniques END,
    clones_count = CASE WHEN ?5 > coalesce(clones_count, -1) THEN ?5 ELSE clones_count END,
    clones_uniques = CASE WHEN ?6 > coalesce(clones_uniques, -1) THEN ?6 ELSE clones_uniques END
FROM {given bigint, bigint, bigint, bigint, bigint, bigint}
WHERE repository = ?1 AND date = ?2
  AND (?3 > coalesce(views_count, -1) OR ?4 > coalesce(views_uniques, -1)
       OR ?5 > coalesce(clones_count, -1) OR ?6 > coalesce(clones_uniques, -1))
