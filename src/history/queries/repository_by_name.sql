-- Whoever goes by the name now, before whoever once did; of several, the one met last.
SELECT repository.key
FROM name JOIN repository ON repository.key = name.repository
WHERE {folded}(name.name) = {folded}(?2) AND repository.host = ?1
ORDER BY EXISTS (
      SELECT 1 FROM name AS other
      WHERE other.repository = name.repository
        AND (other.seen, {folded}(other.name)) > (name.seen, {folded}(name.name))
  ), repository.seen DESC, repository.key
LIMIT 1
