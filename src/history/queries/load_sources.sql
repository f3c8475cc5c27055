-- A source keeps a repository until it leaves it out, or another source has collected it for a day without it.
SELECT source.repository, source.source
FROM source CROSS JOIN {given bigint}
WHERE source.repository = ?1 AND source.seen > source."left"
  AND source.seen >= (SELECT max(other.seen) FROM source AS other WHERE other.repository = ?1) - 86400000000
ORDER BY source.repository, source.source
