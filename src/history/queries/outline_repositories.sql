-- The first and the last day of each by index: as quick for a long history as for a short one.
SELECT key, lower(host), github_id, private, fork, archived, collected, stamp,
       (SELECT min(date) FROM day WHERE day.repository = key), (SELECT max(date) FROM day WHERE day.repository = key),
       (SELECT max(taken) FROM snapshot WHERE snapshot.repository = key AND kind = 0),
       (SELECT max(taken) FROM snapshot WHERE snapshot.repository = key AND kind = 1)
FROM repository ORDER BY key
