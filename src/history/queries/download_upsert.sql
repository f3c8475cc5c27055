INSERT INTO download (repository, asset, date, count) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (repository, asset, date) DO UPDATE SET count = excluded.count WHERE excluded.count > download.count
