SELECT repository, name FROM name ORDER BY repository, seen, {folded}(name)
