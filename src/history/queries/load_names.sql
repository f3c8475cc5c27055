SELECT repository, name, seen FROM name CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, seen, {folded}(name)
