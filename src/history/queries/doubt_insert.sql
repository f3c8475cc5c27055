INSERT INTO doubt (repository, date) SELECT ?1, ?2 FROM {given bigint, bigint} WHERE true ON CONFLICT DO NOTHING
