SELECT repository, id, tag, name, published, prerelease FROM release CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, id
