INSERT INTO asset (repository, id, release, name, size, created, seen)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM {given bigint, bigint, bigint, text, bigint, bigint, bigint} WHERE true
ON CONFLICT (repository, id) DO UPDATE
SET release = excluded.release, name = excluded.name, size = excluded.size, created = excluded.created,
    seen = excluded.seen
WHERE excluded.seen > asset.seen
   OR (excluded.seen = asset.seen
       AND (excluded.release, excluded.name, excluded.size, coalesce(excluded.created, 0))
         > (asset.release, asset.name, asset.size, coalesce(asset.created, 0)))
