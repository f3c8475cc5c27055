stars-watchers = Watchers
stars-issues = Open issues
stars-pulls = Open pull requests
stars-gained = Stars gained by day
stars-gained-lead =
    { $n ->
        [one] { $n } star was given in these days and not taken back.
       *[other] { $n } stars were given in these days, of those not taken back.
    } They are asked for once a week, so the newest days may lack some.
stars-lead-more = { $now } on { $day }, { $by } more than on { $before }.
stars-lead-fewer = { $now } on { $day }, { $by } fewer than on { $before }.
stars-lead-same = { $now } on { $day }, the same as on { $before }. The difference is { $by }.
stars-says-nothing = Nothing to compare with four weeks before yet.
stars-says-same =
    As many stars as 28 days before, in { $known } of { $n ->
        [one] { $n } repository.
       *[other] { $n } repositories.
    }
stars-says-gained =
    { $gained ->
        [one] { $gained } star
       *[other] { $gained } stars
    } more than 28 days before, in { $known } of { $n ->
        [one] { $n } repository.
       *[other] { $n } repositories.
    }
stars-says-lost =
    { $lost ->
        [one] { $lost } star
       *[other] { $lost } stars
    } fewer than 28 days before, in { $known } of { $n ->
        [one] { $n } repository.
       *[other] { $n } repositories.
    }
stars-known-of =
    known of { $known } of { $n ->
        [one] { $n } repository
       *[other] { $n } repositories
    }
stars-in-28-days = in 28 days
stars-in-28-days-of =
    in 28 days, in { $known } of { $n ->
        [one] { $n } repository
       *[other] { $n } repositories
    }
stars-gainers = Most stars gained in 28 days
stars-new = Gained
stars-ranking = By repository
stars-ranking-says = as last read, with the change in 28 days
stars-repository = Repository
stars-rest =
    { $n ->
        [one] { $n } more repository is left out here.
       *[other] { $n } more repositories are left out here.
    }
stars-none = No counter has been read yet.
