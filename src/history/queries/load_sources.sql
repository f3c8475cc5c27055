-- A source keeps a repository until it leaves it out, or another source has collected it for a day without it.
SELECT repository, source
FROM source JOIN (SELECT repository, max(seen) AS newest FROM source GROUP BY repository) USING (repository)
WHERE seen > left AND seen >= newest - 86400000000
ORDER BY repository, source
