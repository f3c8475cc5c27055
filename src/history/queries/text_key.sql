SELECT key, value FROM text CROSS JOIN {given text} WHERE value = ?1
