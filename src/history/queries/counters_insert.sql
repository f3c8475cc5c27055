INSERT INTO counters (repository, date, variant, stars, forks, watchers, open_issues_and_pulls, open_pulls, last_seen)
SELECT ?1, ?2, coalesce((SELECT max(variant) + 1 FROM counters WHERE repository = ?1 AND date = ?2), 0),
       ?3, ?4, ?5, ?6, ?7, ?8
FROM {given bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint}
WHERE NOT EXISTS (
    SELECT 1 FROM counters WHERE repository = ?1 AND date = ?2
    AND stars IS NOT DISTINCT FROM ?3 AND forks IS NOT DISTINCT FROM ?4 AND watchers IS NOT DISTINCT FROM ?5
    AND open_issues_and_pulls IS NOT DISTINCT FROM ?6 AND open_pulls IS NOT DISTINCT FROM ?7
)
