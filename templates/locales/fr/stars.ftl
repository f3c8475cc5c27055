stars-watchers = Observateurs
stars-issues = Tickets ouverts
stars-pulls = Pull requests ouvertes
stars-gained = Étoiles gagnées par jour
stars-gained-lead =
    { $n ->
        [one] { $n } étoile a été donnée ces jours-là et non reprise.
       *[other] { $n } étoiles ont été données ces jours-là et non reprises.
    } La lecture est hebdomadaire : il peut en manquer aux derniers jours.
stars-lead-more = { $now } le { $day }, { $by } de plus que le { $before }.
stars-lead-fewer = { $now } le { $day }, { $by } de moins que le { $before }.
stars-lead-same = { $now } le { $day }, autant que le { $before }. La différence est { $by }.
stars-says-nothing = Rien à comparer avec il y a quatre semaines pour l’instant.
stars-says-same =
    Autant d’étoiles qu’il y a 28 jours, dans { $known ->
        [one] { $known } dépôt
       *[other] { $known } dépôts
    } sur { $n }.
stars-says-gained =
    { $gained ->
        [one] { $gained } étoile
       *[other] { $gained } étoiles
    } de plus qu’il y a 28 jours, dans { $known ->
        [one] { $known } dépôt
       *[other] { $known } dépôts
    } sur { $n }.
stars-says-lost =
    { $lost ->
        [one] { $lost } étoile
       *[other] { $lost } étoiles
    } de moins qu’il y a 28 jours, dans { $known ->
        [one] { $known } dépôt
       *[other] { $known } dépôts
    } sur { $n }.
stars-known-of =
    connu pour { $known ->
        [one] { $known } dépôt
       *[other] { $known } dépôts
    } sur { $n }
stars-in-28-days = en 28 jours
stars-in-28-days-of =
    en 28 jours, dans { $known ->
        [one] { $known } dépôt
       *[other] { $known } dépôts
    } sur { $n }
stars-gainers = Le plus d’étoiles gagnées en 28 jours
stars-new = Gagnées
stars-ranking = Par dépôt
stars-ranking-says = à la dernière lecture, avec l’évolution en 28 jours
stars-repository = Dépôt
stars-rest =
    { $n ->
        [one] { $n } autre dépôt est omis ici.
       *[other] { $n } autres dépôts sont omis ici.
    }
stars-none = Aucun compteur n’a encore été lu.
