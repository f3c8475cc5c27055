SELECT key FROM repository ORDER BY key
