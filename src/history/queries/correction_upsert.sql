INSERT INTO correction (repository, date, metric, made, count, uniques, note)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM {given bigint, bigint, bigint, bigint, bigint, bigint, text} WHERE true
ON CONFLICT (repository, date, metric, made) DO UPDATE
SET count = excluded.count, uniques = excluded.uniques, note = excluded.note
WHERE (coalesce(excluded.count, -1), coalesce(excluded.uniques, -1), excluded.note)
    > (coalesce(correction.count, -1), coalesce(correction.uniques, -1), correction.note)
