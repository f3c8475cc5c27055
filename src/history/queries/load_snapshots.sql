-- An empty top ten gives one row without a name.
SELECT snapshot.repository, snapshot.kind, snapshot.taken, snapshot.key,
       snapshot_row.name, snapshot_row.title, snapshot_row.count, snapshot_row.uniques
FROM snapshot LEFT JOIN snapshot_row ON snapshot_row.snapshot = snapshot.key
ORDER BY snapshot.repository, snapshot.kind, snapshot.taken, snapshot_row.place
