SELECT date, metric, count, uniques, first_seen, last_seen
FROM observation WHERE repository = ?1 ORDER BY date, metric, first_seen, count, uniques
