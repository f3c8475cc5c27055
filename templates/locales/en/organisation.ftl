# One owner, and the list of all.
organisation-crumbs = Where you are
organisation-owner = Owner
organisation-chart-title = Views and visitors of these repositories
organisation-like = Like for like: changes compare only repositories that are wholly known in both periods.
organisation-list-says =
    { $n ->
        [one] { $n } owner. Changes compare 28 days like for like: only repositories that are wholly known in both periods.
       *[other] { $n } owners, most viewed first. Changes compare 28 days like for like: only repositories that are wholly known in both periods.
    }
organisation-rest =
    { $n ->
        [one] { $n } owner with fewer views is not listed here.
       *[other] { $n } owners with fewer views are not listed here.
    }
organisation-new =
    { $n ->
        [one] { $n } new
       *[other] { $n } new
    }
