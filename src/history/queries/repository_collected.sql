-- The newest moment it was met, but none after the run was over.
UPDATE repository SET collected = CASE WHEN seen < ?2 THEN seen ELSE ?2 END
WHERE key = ?1 AND (collected IS NULL OR collected < CASE WHEN seen < ?2 THEN seen ELSE ?2 END)
