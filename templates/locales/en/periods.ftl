# Weeks and months.
periods-week-chart = Views and visitors by week
periods-month-chart = Views and visitors by month
periods-week-none = No week is wholly known yet.
periods-month-none = No month is wholly known yet.
periods-week-before = week before
periods-month-before = month before
periods-week-before-means = against the ISO week before
periods-month-before-means = against the month before
periods-week-year-means = against the ISO week of the same number a year before
periods-month-year-means = against the same month a year before
periods-week-matrix =
    { $n ->
        [one] the last { $n } week that is over; its changes
       *[other] the last { $n } weeks that are over; changes of the newest
    }
periods-month-matrix =
    { $n ->
        [one] the last { $n } month that is over; its changes
       *[other] the last { $n } months that are over; changes of the newest
    }
periods-week-note = Each row is shaded from its own lowest to its own highest week.
periods-month-note = Each row is shaded from its own lowest to its own highest month.
periods-week-older =
    { $n ->
        [one] { $n } older week is left out here.
       *[other] { $n } older weeks are left out here.
    }
periods-month-older =
    { $n ->
        [one] { $n } older month is left out here.
       *[other] { $n } older months are left out here.
    }
periods-older-where = The files have them.
periods-year = year before
periods-days = Days
periods-stars-gained = Stars gained
periods-stars-means = stars that were given in these days and not taken back, where somebody listed them
periods-repositories = Repos
periods-repositories-means = repositories with a history in these days
periods-known = Known
periods-known-means = how many of these repositories’ days are known and have come to rest
periods-so-far = so far
periods-partly = partly known
periods-unknown = unknown
periods-says = { $name } had { $views }.
periods-says-one = { $name } had { $views }: { $a }.
periods-says-two = { $name } had { $views }: { $a } and { $b }.
periods-week-before-more = { $percent } more than the week before
periods-week-before-fewer = { $percent } fewer than the week before
periods-week-before-same = about as many as the week before ({ $percent })
periods-week-year-more = { $percent } more than a year before
periods-week-year-fewer = { $percent } fewer than a year before
periods-week-year-same = about as many as a year before ({ $percent })
periods-month-before-more = { $percent } more than the month before
periods-month-before-fewer = { $percent } fewer than the month before
periods-month-before-same = about as many as the month before ({ $percent })
periods-month-year-more = { $percent } more than a year before
periods-month-year-fewer = { $percent } fewer than a year before
periods-month-year-same = about as many as a year before ({ $percent })
periods-matrix-title = Views by repository
periods-matrix-rest =
    { $n ->
        [one] { $n } repository with fewer views is left out here and counted in the sums.
       *[other] { $n } repositories with fewer views are left out here and counted in the sums.
    }
periods-sigma = Σ: sum of daily uniques, larger than the number of different people
periods-changes = Changes compare only repositories that are wholly known in both periods. “–” means that nothing, or too little, can be compared. “≥” marks a sum that lacks days nobody knows. Weeks are ISO weeks, from Monday to Sunday, UTC.
