UPDATE repository
SET seen = CASE WHEN ?2 > seen THEN ?2 ELSE seen END,
    collected = CASE WHEN ?3 > coalesce(collected, 0) THEN ?3 ELSE collected END
WHERE key = ?1 AND (?2 > seen OR ?3 > coalesce(collected, 0))
