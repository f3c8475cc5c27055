organisation-crumbs = Où vous êtes
organisation-owner = Propriétaire
organisation-chart-title = Vues et visiteurs de ces dépôts
organisation-like = À périmètre constant : les évolutions ne comparent que les dépôts entièrement connus dans les deux périodes.
organisation-list-says =
    { $n ->
        [one] { $n } propriétaire. Les évolutions comparent 28 jours à périmètre constant : seuls comptent les dépôts entièrement connus dans les deux périodes.
       *[other] { $n } propriétaires, les plus vus d’abord. Les évolutions comparent 28 jours à périmètre constant : seuls comptent les dépôts entièrement connus dans les deux périodes.
    }
organisation-rest =
    { $n ->
        [one] { $n } propriétaire moins vu ne figure pas dans cette liste.
       *[other] { $n } propriétaires moins vus ne figurent pas dans cette liste.
    }
organisation-new =
    { $n ->
        [one] { $n } nouveau
       *[other] { $n } nouveaux
    }
