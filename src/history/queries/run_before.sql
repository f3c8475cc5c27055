-- When the source last met everything it could: what an owner holds that could not be listed is not lost.
SELECT max(started) FROM run WHERE source = ?1 AND faults = '[]' AND outcomes <> '[]'
