SELECT repository, date, gained FROM star CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, date
