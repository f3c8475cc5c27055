INSERT INTO counters (repository, date, variant, stars, forks, watchers, open_issues_and_pulls, open_pulls, last_seen)
SELECT ?1, ?2, ifnull(max(variant) + 1, 0), ?3, ?4, ?5, ?6, ?7, ?8
FROM counters WHERE repository = ?1 AND date = ?2
