INSERT INTO star (repository, date, gained) SELECT ?1, ?2, ?3 FROM {given bigint, bigint, bigint} WHERE true
ON CONFLICT (repository, date) DO UPDATE SET gained = excluded.gained WHERE excluded.gained > star.gained
