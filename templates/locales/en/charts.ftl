# What charts, calendars and ranked lists say.
charts-peak-day = { $label } peaked at { $value } on { $when }.
charts-peak-period = { $label } peaked at { $value } in { $when }.
charts-gaps = Not fully known and left out: { $count }.
charts-bounds = Lower bounds, since a little of them is unknown: { $count }.
charts-rising = The newest days are still rising.
charts-not-from-zero = The axis does not begin at zero.
charts-not-known = not known
charts-at-least = at least
charts-still-rising = still rising
charts-peak = Peak
charts-as-table = { $count } as a table
charts-table-cut = The newest { $n } of { $count }.
charts-remark = Remark
charts-marks = Releases and notes
charts-marks-more =
    { $n ->
        [one] { $n } earlier one has no sign.
       *[other] { $n } earlier ones have no sign.
    }
charts-pre-release = { $tag } (pre-release)
charts-tab-recent = 13 weeks
charts-tab-whole = Whole history
charts-tab-newest = 14 days
charts-tab-longer = Longer
charts-nothing = Nothing is known yet.
charts-heat-busiest = The busiest day was { $day } with { $views }.
charts-heat-none = No view in these days.
charts-heat-quiet =
    { $n ->
        [one] { $n } day is without a view.
       *[other] { $n } days are without a view.
    }
charts-heat-unknown =
    { $n ->
        [one] { $n } day is unknown and hatched.
       *[other] { $n } days are unknown and hatched.
    }
charts-heat-step = { $n } or more
charts-heat-no-view = no view
charts-heat-title = Views of the last 53 weeks by day, a column for each week
charts-unknown = unknown
charts-list-newest = The 14 days to { $to }, as GitHub lists them; arrows: places since the list two weeks before.
charts-list-longer = { $n } lists of 14 days between { $days }, added up; they do not overlap.
charts-list-together = The 14 days to { $to }: the top ten of { $repositories }, added up.
charts-list-none = GitHub listed none.
charts-list-missing = No list has been collected yet.
charts-front-page = Front page
charts-hidden = ≤ { $n } more
charts-longer-note = “≤ … more”: what it can have had besides while it was below tenth place, where GitHub names nobody. Σ: visitors of 14 days each, added up.
charts-sum-visitors = Σ Visitors
charts-new = new
charts-first-seen = first seen { $when }
charts-places-up =
    { $n ->
        [one] { $n } place higher than two weeks before
       *[other] { $n } places higher than two weeks before
    }
charts-places-down =
    { $n ->
        [one] { $n } place lower than two weeks before
       *[other] { $n } places lower than two weeks before
    }
charts-spam-apart = Left out as referrer spam: { $names }. The list has { $raw } views with it and { $left } without.
