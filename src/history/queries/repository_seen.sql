UPDATE repository SET seen = ?2 WHERE key = ?1 AND seen < ?2
