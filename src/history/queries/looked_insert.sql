INSERT INTO looked (repository, first, last) VALUES (?1, ?2, ?3)
