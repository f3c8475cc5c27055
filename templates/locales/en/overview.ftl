# The front page, the list of repositories, and what other pages of sums share with them.
overview-figures = Figures
overview-compared = 28 days, compared with { $before } and, a year before, { $year }
overview-year-unknown = no year before
overview-year-from = on the year, from { $before }
overview-newest-count = newest count
overview-nothing = Nothing has been collected yet.
overview-most-viewed = The { $n } most viewed repositories
overview-rest =
    { $n ->
        [one] { $n } repository with fewer views is not listed here. It is counted in every sum.
       *[other] { $n } repositories with fewer views are not listed here. They are counted in every sum.
    }
overview-newcomers =
    { $n ->
        [one] { $n } repository is new: its history begins within the days that are compared. It is counted in the figures and left out of the changes.
       *[other] { $n } repositories are new: their histories begin within the days that are compared. They are counted in the figures and left out of the changes.
    }
overview-new-title = New repositories
overview-first-day = First day known
overview-both = { $a }. { $b }
overview-says = { $what }. These are the { $n } days to { $day }, beside the { $n } days before.
overview-says-some = { $what }. These are the { $n } days to { $day }, beside the { $n } days before, in the { $known } of { $of } repositories known in both.
overview-not-compared = The last four weeks cannot be compared with the four before: too many days are unknown.
overview-chart-title = Views and visitors of all repositories
overview-chart-note = Visitors of several repositories are daily uniques added up: somebody who reads two repositories counts twice.
overview-views-by-day = Views by day, { $days }
overview-views-by-week = Views by week, { $days }
overview-views-by-month = Views by month, { $days }
overview-clones-by-day = Clones by day, { $days }
overview-clones-by-week = Clones by week, { $days }
overview-clones-by-month = Clones by month, { $days }
overview-visitors-summed = Visitors (sum of daily uniques)
overview-cloners-summed = Cloners (sum of daily uniques)
overview-settled = { $count } in the settled days.
overview-settled-at-least = At least { $count } in the settled days.
overview-whole-weeks = Only whole weeks are drawn.
overview-whole-months = Only whole months are drawn.
overview-rising = Rising
overview-falling = Falling
overview-rising-none = No repository rose.
overview-falling-none = No repository fell.
overview-movers-days = views, 28 days against the 28 before
overview-before-and-now = Before and now
overview-stood-title = What stood out
overview-stood-says = days far from what their weekday usually brings, and the likely reason
overview-stood-none = No day was far from the usual.
overview-stood-more =
    { $n ->
        [one] { $n } more day stood out less.
       *[other] { $n } more days stood out less.
    }
overview-stood-what = { $count }, where { $usual } are usual
overview-why-referrer = likely { $name }: it brought at least { $views } more
overview-why-machines = hardly anybody made them: likely a machine
overview-when = When
overview-what = What
overview-table-days = 28 days, against the 28 before and the same days a year before
overview-repository = Repository
overview-change = Change
overview-change-means = against the 28 days before
overview-year = Year
overview-year-means = against the same days a year before, 52 weeks earlier
overview-weeks-26 = 26 weeks
overview-archived = archived
overview-private = private
overview-all-repositories = All repositories
overview-pages = Most viewed pages
overview-site = Site
overview-path = Path on GitHub
overview-lists = The 14 days to { $day }: the top ten of { $repositories }, added up.
overview-no-list = No list has been collected yet.
overview-listed-none = GitHub listed none.
overview-notes = Notes
overview-list-says = { $repositories }, most viewed first. Changes compare 28 days with the 28 before and with the same days a year before.
overview-elsewhere = Where to find them:
overview-no-match = This role’s selectors match no repository that has been collected.
