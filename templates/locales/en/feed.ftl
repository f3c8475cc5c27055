# Feeds: what happened, and the months in short.
feed-events = Events
feed-months = Months in short
feed-views-above = { $repository }: { $n } views on { $day }, where { $usual } are usual.
feed-views-below = { $repository }: only { $n } views on { $day }, where { $usual } are usual.
feed-clones-above = { $repository }: { $n } clones on { $day }, where { $usual } are usual.
feed-clones-below = { $repository }: only { $n } clones on { $day }, where { $usual } are usual.
feed-from = Many came from { $referrer }.
feed-machines = Hardly anybody made them: likely a machine.
feed-release = { $repository } published { $release }
feed-month-views = Views: { $n }.
feed-month-clones = Clones: { $n }.
feed-month-before = Against the month before: { $moved }.
feed-month-year = Against the year before: { $moved }.
