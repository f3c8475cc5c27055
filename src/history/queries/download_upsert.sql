INSERT INTO download (repository, asset, date, count)
SELECT ?1, ?2, ?3, ?4 FROM {given bigint, bigint, bigint, bigint} WHERE true
ON CONFLICT (repository, asset, date) DO UPDATE SET count = excluded.count WHERE excluded.count > download.count
