INSERT INTO snapshot_row (snapshot, place, name, title, count, uniques) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
