SELECT key, value FROM text
