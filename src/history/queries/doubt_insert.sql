INSERT INTO doubt (repository, date) VALUES (?1, ?2) ON CONFLICT DO NOTHING
