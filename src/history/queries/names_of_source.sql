-- Every name of what a source has picked and not left out since, unless another source met it later.
SELECT repository.key, repository.github_id, source.seen, name.name
FROM source
JOIN repository ON repository.key = source.repository
JOIN name ON name.repository = repository.key
WHERE source.source = ?1 AND source.seen > source."left"
  AND NOT EXISTS (
      SELECT 1 FROM source AS other
      WHERE other.repository = source.repository AND other.seen > source.seen
  )
ORDER BY repository.key, name.seen, {folded}(name.name)
