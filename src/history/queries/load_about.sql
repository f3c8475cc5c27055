SELECT repository, field, value FROM about CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, field
