quality-none = Nothing has been collected yet.
quality-says =
    { $known } of the settled days are known; { $days ->
        [one] { $days } day
       *[other] { $days } days
    } in all. Repositories at risk: { $n }.
quality-says-risk =
    { $known } of the settled days are known; { $days ->
        [one] { $days } day
       *[other] { $days } days
    } in all. { $n ->
        [one] { $n } repository loses days, or will within four days.
       *[other] { $n } repositories lose days, or will within four days.
    }
quality-measured = Measured
quality-measured-means = GitHub gave a figure
quality-assumed = Assumed zero
quality-assumed-means = asked in time, left out by GitHub
quality-provisional = Provisional
quality-provisional-means = still rising
quality-unknown = Unknown
quality-unknown-means = nobody asked in time, or GitHub left them out
quality-partly = Partly unknown
quality-of-days = { $percent } of all days
quality-risk = Days until loss
quality-risk-says = not collected for three days or more; GitHub forgets after 14
quality-never-collected = never collected
quality-days-left = days left: { $n }
quality-days-lost = days lost, up to: { $n }
quality-map = Coverage by week
quality-map-says = worst first; a column is a week, the newest on the right
quality-repository = Repository
quality-weeks = Weeks
quality-known = Known in all
quality-unknown-days = Unknown days in a year
quality-history = History
quality-collected = Collected
quality-gaps = Longest gaps
quality-days = Days
quality-length = Length
quality-github = What GitHub left out
quality-stood = Counting stood still, in the newest collections
quality-doubtful = Doubtful days
quality-doubtful-in = in { count-repositories }
quality-revisions = Revisions
quality-revisions-says = figures that changed after they had come to rest, newest first
quality-metric = Figure
quality-from = From
quality-to = To
quality-what = What happened
quality-seen = Seen
quality-rise = rose late; the higher one counts
quality-drop = dropped; the higher one still counts
quality-drop-restored = dropped, and came back later
quality-fine = None.
quality-rest =
    { $n ->
        [one] { $n } more is left out here.
       *[other] { $n } more are left out here.
    }
lost-title = This page is not here
lost-says = The address leads to no report. Go back, or open index.html in the folder of the reports.
