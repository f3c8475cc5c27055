-- The repository of an outcome: by its id where it was learned, else by the name met last. A source may have been
-- pointed to another host, where the same id or name is another repository: of several, the one it picked last.
SELECT repository.key
FROM source
JOIN repository ON repository.key = source.repository
JOIN name ON name.repository = repository.key
WHERE source.source = ?1 AND (repository.github_id = ?2 OR (?2 IS NULL AND {folded}(name.name) = {folded}(?3)))
ORDER BY source.seen DESC, name.seen DESC, repository.key
LIMIT 1
