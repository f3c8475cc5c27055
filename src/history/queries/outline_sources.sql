SELECT source.repository, source.source
FROM source
JOIN (SELECT repository, max(seen) AS seen FROM source GROUP BY repository) AS newest
  ON newest.repository = source.repository
WHERE source.seen > source."left" AND source.seen >= newest.seen - 86400000000
ORDER BY source.repository, source.source
