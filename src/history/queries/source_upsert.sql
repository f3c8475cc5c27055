INSERT INTO source (repository, source, seen, "left") VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (repository, source) DO UPDATE
SET seen = CASE WHEN excluded.seen > source.seen THEN excluded.seen ELSE source.seen END,
    "left" = CASE WHEN excluded."left" > source."left" THEN excluded."left" ELSE source."left" END
WHERE excluded.seen > source.seen OR excluded."left" > source."left"
