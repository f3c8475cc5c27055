-- The repository of an outcome: by its id where it was learned, else by the name met last.
SELECT repository.key
FROM repository
JOIN source ON source.repository = repository.key
JOIN name ON name.repository = repository.key
WHERE source.source = ?1 AND (repository.github_id = ?2 OR (?2 IS NULL AND name.name = ?3))
ORDER BY name.seen DESC, repository.key
LIMIT 1
