referrers-none = No list has been collected yet.
referrers-total =
    { $raw ->
        [one] { $raw } view
       *[other] { $raw } views
    } came from the referrers of the newest lists.
referrers-total-paths =
    The paths of the newest lists had { $raw ->
        [one] { $raw } view.
       *[other] { $raw } views.
    }
referrers-total-adjusted =
    { $adjusted ->
        [one] { $adjusted } view
       *[other] { $adjusted } views
    } came from the referrers of the newest lists; with { $n ->
        [one] { $n } made-up one
       *[other] { $n } made-up ones
    } they would be { $raw }.
referrers-recent-says = The 14 days to { $day }: the top tens of { count-repositories }, added up.
referrers-longer-says =
    { $days }: { $n ->
        [one] { $n } list of 14 days for each repository, added up.
       *[other] up to { $n } lists of 14 days for each repository, which do not overlap, added up.
    }
referrers-tab-recent = 14 days
referrers-tab-longer = Longer
referrers-column-site = Site
referrers-column-path = Path on GitHub
referrers-rank = Rank
referrers-moved = Against 14 days before
referrers-first = First listed
referrers-sum-visitors = Σ Visitors
referrers-sum-visitors-means = 14-day visitors added up: more than the different people
referrers-new-badge = new this week
referrers-not-before = not listed
referrers-same-rank = same rank
referrers-rank-before = rank { $n } in the lists of 14 days before
referrers-hidden = ≤ { $n } more
referrers-hidden-note = “≤ … more”: what it can have had besides, below tenth place, where GitHub names nobody.
referrers-more-places = and { $n } more
referrers-rest =
    { $n ->
        [one] { $n } more is left out here.
       *[other] { $n } more are left out here.
    }
referrers-dropped =
    { $views ->
        [one] Names with at most { $views } view were left out while adding up.
       *[other] Names with at most { $views } views were left out while adding up.
    }
referrers-empty = GitHub listed none.
referrers-spam-title = Made-up referrers, kept apart
referrers-spam-says =
    { $n ->
        [one] Probably nobody came from this one; it is not in the lists above.
       *[other] Probably nobody came from these { $n }; they are not in the lists above.
    }
referrers-spam-version = List of known domains: version { $version }.
referrers-spam-why = Why
referrers-spam-listed = on a list of known domains
referrers-spam-everywhere = in most repositories at once
referrers-spam-no-one-comes-back = nobody comes back
