SELECT EXISTS (SELECT 1 FROM snapshot WHERE repository = ?1 AND kind = ?2 AND taken = ?3)
