SELECT repository, id, tag, name, published, prerelease FROM release ORDER BY repository, id
