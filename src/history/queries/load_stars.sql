SELECT repository, date, gained FROM star ORDER BY repository, date
