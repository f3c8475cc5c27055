SELECT repository, date, stars, forks, watchers, open_issues_and_pulls, open_pulls
FROM counters CROSS JOIN {given bigint} WHERE repository = ?1
ORDER BY repository, date, last_seen, stars NULLS FIRST, forks NULLS FIRST, watchers NULLS FIRST,
         open_issues_and_pulls NULLS FIRST, open_pulls NULLS FIRST
