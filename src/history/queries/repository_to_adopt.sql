-- A repository imported by name is the one that goes by this name on the same host.
SELECT repository.key
FROM name JOIN repository ON repository.key = name.repository
WHERE {folded}(name.name) = {folded}(?2) AND repository.host = ?1 AND repository.github_id IS NULL
ORDER BY repository.seen DESC, repository.key
LIMIT 1
