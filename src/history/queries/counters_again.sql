UPDATE counters SET last_seen = max(last_seen, ?8)
WHERE repository = ?1 AND date = ?2
  AND stars IS ?3 AND forks IS ?4 AND watchers IS ?5 AND open_issues_and_pulls IS ?6 AND open_pulls IS ?7
