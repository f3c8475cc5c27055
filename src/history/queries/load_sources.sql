SELECT repository, source FROM source ORDER BY repository, source
