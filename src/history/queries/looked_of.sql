SELECT first, last FROM looked WHERE repository = ?1 ORDER BY first
