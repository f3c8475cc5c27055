SELECT repository, asset, date, count FROM download ORDER BY repository, asset, date
