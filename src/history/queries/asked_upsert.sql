INSERT INTO asked (repository, what, at, mark)
SELECT ?1, ?2, ?3, ?4 FROM {given bigint, bigint, bigint, text} WHERE true
ON CONFLICT (repository, what) DO UPDATE SET at = excluded.at, mark = excluded.mark
WHERE excluded.at > asked.at
   OR (excluded.at = asked.at AND coalesce(excluded.mark, '') > coalesce(asked.mark, ''))
