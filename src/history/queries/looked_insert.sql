INSERT INTO looked (repository, first, last) SELECT ?1, ?2, ?3 FROM {given bigint, bigint, bigint}
