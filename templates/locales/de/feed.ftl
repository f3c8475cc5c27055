# Feeds: was geschah, und die Monate in Kürze.
feed-events = Ereignisse
feed-months = Monate in Kürze
feed-views-above = { $repository }: { $n } Aufrufe am { $day }, üblich sind { $usual }.
feed-views-below = { $repository }: nur { $n } Aufrufe am { $day }, üblich sind { $usual }.
feed-clones-above = { $repository }: { $n } Klone am { $day }, üblich sind { $usual }.
feed-clones-below = { $repository }: nur { $n } Klone am { $day }, üblich sind { $usual }.
feed-from = Viele kamen von { $referrer }.
feed-machines = Kaum jemand war daran beteiligt: wohl eine Maschine.
feed-release = { $repository } hat { $release } veröffentlicht
feed-month-views = Aufrufe: { $n }.
feed-month-clones = Klone: { $n }.
feed-month-before = Gegenüber dem Vormonat: { $moved }.
feed-month-year = Gegenüber dem Vorjahr: { $moved }.
