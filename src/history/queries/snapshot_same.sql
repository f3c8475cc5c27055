SELECT repository, kind, taken, top FROM snapshot CROSS JOIN {given bigint, bigint, bigint}
WHERE repository = ?1 AND kind = ?2 AND taken = ?3
