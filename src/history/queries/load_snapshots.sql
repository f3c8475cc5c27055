-- The newest first: older ones are worth reading only where they overlap with none of the newer ones.
SELECT repository, kind, taken, top FROM snapshot ORDER BY repository, kind, taken DESC
