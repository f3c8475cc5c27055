# The page of one repository.
repository-figures-aria = Figures
repository-compared-with = 28 days, beside { $before } and the same 28 days a year before
repository-from-year = from { $before } a year before
repository-github-counts = People as GitHub counts them
repository-github-counts-why = each person once in the whole time: no sum of days
repository-visitors-week = Visitors of the week
repository-cloners-week = Cloners of the week
repository-visitors-fortnight = Visitors of 14 days
repository-cloners-fortnight = Cloners of 14 days
repository-views = Views and visitors
repository-clones = Clones and cloners
repository-title-day = { $label } by day, { $days }
repository-title-week = { $label } by week, { $days }
repository-title-month = { $label } by month, { $days }
repository-people-summed = { $label } (sum of daily uniques)
repository-people-week = { $label } of the week, as GitHub counts them
repository-before-weeks = { $label } 13 weeks before
repository-before-year = { $label } a year before
repository-moved = { $moved } in the { $days } to { $to }, compared with the { $days } before.
repository-settled = { $count } in the settled days.
repository-settled-at-least = At least { $count } in the settled days.
repository-whole-weeks = Only whole weeks are drawn.
repository-stood-out = What stood out
repository-stood-out-how = in the last 13 weeks, beside the same weekdays of the eight weeks before
repository-stood-above = { $count } where { $usual } is usual.
repository-reason-referrer = Likely from { $name }: at least { $n } views more than before.
repository-reason-machines = Likely a robot or a build: hardly anybody made them ({ $n } unique).
repository-reason-release = { $tag } was released then.
repository-reason-none = Nothing collected tells why.
repository-year = A year of views
repository-site = Site
repository-pages = Most viewed pages
repository-path = Path on GitHub
repository-counters = Stars, forks, watchers, issues
repository-counters-how = as they stood on { $day }
repository-watchers = Watchers
repository-open-issues = Open issues
repository-open-pulls = Open pull requests
repository-open-both = Open issues and pull requests
repository-in-28 = in 28 days
repository-in-year = in a year
repository-stars-gained = Stars gained
repository-stars-gained-lead = { $n } gained in these days, of those that were kept.
repository-stars-time = Stars over time
repository-forks-time = Forks over time
repository-counter-more = { $now } on { $to }, { $n } more than on { $from }.
repository-counter-fewer = { $now } on { $to }, { $n } fewer than on { $from }.
repository-downloads = Downloads of release files
repository-downloads-lead = { $n } in the 28 days to { $to }; the archives of the source are not counted by GitHub.
repository-downloads-week = Downloads
repository-file = File
repository-release = Release
repository-28-days = 28 days
repository-28-before = 28 before
repository-total = Total
repository-more-files =
    { $n ->
        [one] { $n } more file was downloaded less.
       *[other] { $n } more files were downloaded less.
    }
repository-coverage = How well the days are known
repository-coverage-of = { $days }, { $span }
repository-coverage-kind = Coverage
repository-coverage-meaning = Meaning
repository-coverage-days = Days
repository-coverage-share = Share
repository-measured = Measured
repository-measured-why = GitHub gave a figure
repository-assumed = Assumed zero
repository-assumed-why = asked in time, left out by GitHub
repository-provisional = Provisional
repository-provisional-why = still rising, outside comparisons
repository-unknown = Unknown
repository-unknown-why = nobody asked in time
repository-gaps = Unknown: { $gaps }.
repository-gaps-more =
    { $n ->
        [one] Besides { $n } shorter gap.
       *[other] Besides { $n } shorter gaps.
    }
repository-gap = { $span } ({ $days })
repository-about = About
repository-topics = Topics
repository-languages = Languages
repository-visibility = Visibility
repository-branch = Default branch
repository-created = Created
repository-private = private
repository-public = public
repository-internal = internal
repository-fork = fork
repository-archived = archived
repository-on-host = { $name } on { $host }
repository-formerly = formerly { $names }
repository-files = Download
