SELECT repository, what, at, mark FROM asked ORDER BY repository, what
