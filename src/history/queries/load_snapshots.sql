-- The newest first: older ones are worth reading only where they overlap with none of the newer ones.
SELECT repository, kind, taken, top FROM snapshot CROSS JOIN {given bigint} WHERE repository = ?1 ORDER BY repository, kind, taken DESC
