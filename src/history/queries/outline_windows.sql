SELECT repository, first, last FROM looked ORDER BY repository, first
