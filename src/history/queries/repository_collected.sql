-- The newest moment it was met, but none after the run was over.
UPDATE repository SET collected = max(ifnull(collected, min(seen, ?2)), min(seen, ?2)) WHERE key = ?1
