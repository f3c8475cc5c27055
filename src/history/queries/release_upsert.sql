-- As it was seen last; of two sightings at one moment, the one whose texts come later in the alphabet.
INSERT INTO release (repository, id, tag, name, published, prerelease, seen)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM {given bigint, bigint, text, text, bigint, bigint, bigint} WHERE true
ON CONFLICT (repository, id) DO UPDATE
SET tag = excluded.tag, name = excluded.name, published = excluded.published, prerelease = excluded.prerelease,
    seen = excluded.seen
WHERE excluded.seen > release.seen
   OR (excluded.seen = release.seen
       AND (excluded.tag, coalesce(excluded.name, ''), coalesce(excluded.published, 0), excluded.prerelease)
         > (release.tag, coalesce(release.name, ''), coalesce(release.published, 0), release.prerelease))
