events-kind-note = note
events-kind-anomaly = stands out
events-kind-release = release
events-kind-renamed = renamed
events-kind-new = new
events-kind-missing = missing
events-kind-doubtful = doubtful
events-kind-frozen = stood still
events-none = Nothing has happened yet that is told here.
events-says =
    { $n ->
        [one] { $n } event
       *[other] { $n } events
    } of the last 13 months, newest first.
events-rest =
    { $n ->
        [one] { $n } older one is left out here.
       *[other] { $n } older ones are left out here.
    }
events-kinds = Labels used below
events-release = { $tag } was published
events-prerelease = { $tag } was published as a pre-release
events-renamed = last met under its former name { $name }
events-frozen = GitHub’s traffic counting stood still in collections of { $days }
events-missing =
    Nobody asked in time for { $days } ({ $count ->
        [one] { $count } day
       *[other] { $count } days
    }) of { count-repositories }
events-doubtful = GitHub left out { $days } in { count-repositories }: unknown, not zero
events-new = The history of { count-repositories } begins on { $days }
events-views-above =
    { $n ->
        [one] { $n } view
       *[other] { $n } views
    }, where about { $usual ->
        [one] { $usual } is
       *[other] { $usual } are
    } usual
events-views-below =
    Only { $n ->
        [one] { $n } view
       *[other] { $n } views
    }, where about { $usual ->
        [one] { $usual } is
       *[other] { $usual } are
    } usual
events-clones-above =
    { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }, where about { $usual ->
        [one] { $usual } is
       *[other] { $usual } are
    } usual
events-clones-below =
    Only { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }, where about { $usual ->
        [one] { $usual } is
       *[other] { $usual } are
    } usual
events-reason-referrer =
    likely from { $name }, which rose by { $n ->
        [one] { $n } view
       *[other] { $n } views
    } at least
events-reason-machines =
    { $n ->
        [one] by only one: likely a machine
       *[other] by only { $n } different ones: likely machines
    }
events-several-days = the peak, on { $peak }, of { $days }
events-joint = {"; "}
