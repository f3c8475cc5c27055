SELECT repository, date FROM doubt CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, date
