SELECT repository, kind, taken, top FROM snapshot ORDER BY repository, kind, taken
