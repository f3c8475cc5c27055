SELECT repository, first, last FROM looked CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, first
