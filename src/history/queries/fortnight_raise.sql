-- Never lowers a figure: the larger of both, or the only one known.
UPDATE fortnight
SET views_count = max(ifnull(views_count, ?3), ifnull(?3, views_count)),
    views_uniques = max(ifnull(views_uniques, ?4), ifnull(?4, views_uniques)),
    clones_count = max(ifnull(clones_count, ?5), ifnull(?5, clones_count)),
    clones_uniques = max(ifnull(clones_uniques, ?6), ifnull(?6, clones_uniques))
WHERE repository = ?1 AND taken = ?2
  AND (?3 > ifnull(views_count, -1) OR ?4 > ifnull(views_uniques, -1)
       OR ?5 > ifnull(clones_count, -1) OR ?6 > ifnull(clones_uniques, -1))
