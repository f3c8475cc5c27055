UPDATE repository SET stamp = ?2 FROM {given bigint, bigint} WHERE key = ?1
