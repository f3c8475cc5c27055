SELECT repository, date FROM doubt ORDER BY repository, date
