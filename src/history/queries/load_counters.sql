SELECT repository, date, stars, forks, watchers, open_issues_and_pulls, open_pulls
FROM counters ORDER BY repository, date, last_seen, stars, forks, watchers, open_issues_and_pulls, open_pulls
