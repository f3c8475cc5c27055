SELECT key FROM text WHERE value = ?1
