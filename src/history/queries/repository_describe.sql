-- The newest sighting that knows the traits describes the repository; of two at one moment, the stricter one.
UPDATE repository
SET described = ?2, private = ?3, fork = ?4, archived = ?5, description = ?6
WHERE key = ?1
  AND (described IS NULL OR ?2 > described
       OR (?2 = described AND (?3, ?4, ?5, coalesce(?6, '')) > (private, fork, archived, coalesce(description, ''))))
