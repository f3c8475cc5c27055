SELECT repository, asset, date, count FROM download CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, asset, date
