INSERT INTO run (source, started, finished, first, last, frozen, requests, outcomes, faults, doubtful, unchanged)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (source, started) DO UPDATE
SET finished = excluded.finished, first = excluded.first, last = excluded.last, frozen = excluded.frozen,
    requests = excluded.requests, outcomes = excluded.outcomes, faults = excluded.faults,
    doubtful = excluded.doubtful, unchanged = excluded.unchanged
