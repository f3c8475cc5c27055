UPDATE counters SET last_seen = ?8
FROM {given bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint}
WHERE repository = ?1 AND date = ?2
  AND stars IS NOT DISTINCT FROM ?3 AND forks IS NOT DISTINCT FROM ?4 AND watchers IS NOT DISTINCT FROM ?5
  AND open_issues_and_pulls IS NOT DISTINCT FROM ?6 AND open_pulls IS NOT DISTINCT FROM ?7
  AND last_seen < ?8
