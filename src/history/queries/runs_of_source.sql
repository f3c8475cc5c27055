SELECT started, outcomes FROM run WHERE source = ?1 ORDER BY started DESC LIMIT ?2
