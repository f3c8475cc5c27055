SELECT repository, field, value FROM about ORDER BY repository, field
