DELETE FROM looked WHERE repository = ?1
