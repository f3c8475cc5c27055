SELECT repository, release, id, name, size, created FROM asset CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, release, id
