INSERT INTO star (repository, date, gained) VALUES (?1, ?2, ?3)
ON CONFLICT (repository, date) DO UPDATE SET gained = excluded.gained WHERE excluded.gained > star.gained
