SELECT key, value FROM text CROSS JOIN {given bigint} WHERE key = ?1
