SELECT repository, name, seen FROM name ORDER BY repository, seen, {folded}(name)
