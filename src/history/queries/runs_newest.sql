SELECT source, started, finished, first, last, frozen, requests, outcomes, faults, doubtful, unchanged
FROM run ORDER BY finished DESC, started DESC, source LIMIT ?1
