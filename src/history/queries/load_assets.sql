SELECT repository, release, id, name, size, created FROM asset ORDER BY repository, release, id
