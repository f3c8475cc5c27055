SELECT repository, max(monday) FROM week GROUP BY repository ORDER BY repository
