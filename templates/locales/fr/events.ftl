events-kind-note = note
events-kind-anomaly = remarquable
events-kind-release = version
events-kind-renamed = renommé
events-kind-new = nouveau
events-kind-missing = manquant
events-kind-doubtful = douteux
events-kind-frozen = à l’arrêt
events-none = Rien à raconter ici pour l’instant.
events-says =
    { $n ->
        [one] { $n } événement des 13 derniers mois.
       *[other] { $n } événements des 13 derniers mois, du plus récent au plus ancien.
    }
events-rest =
    { $n ->
        [one] { $n } plus ancien est omis ici.
       *[other] { $n } plus anciens sont omis ici.
    }
events-kinds = Étiquettes utilisées
events-release = { $tag } a été publiée
events-prerelease = { $tag } a été publiée en préversion
events-renamed = vu pour la dernière fois sous son ancien nom { $name }
events-frozen = Le comptage de GitHub était à l’arrêt lors des collectes de { $days }
events-missing =
    { $days } ({ $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }) n’a pas été demandé à temps pour { count-repositories }
events-doubtful = GitHub a omis { $days } pour { count-repositories } : inconnu, non nul
events-new = L’historique de { count-repositories } commence le { $days }
events-views-above =
    { $n ->
        [one] { $n } vue
       *[other] { $n } vues
    }, contre environ { $usual } d’habitude
events-views-below =
    Seulement { $n ->
        [one] { $n } vue
       *[other] { $n } vues
    }, contre environ { $usual } d’habitude
events-clones-above =
    { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }, contre environ { $usual } d’habitude
events-clones-below =
    Seulement { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }, contre environ { $usual } d’habitude
events-reason-referrer =
    sans doute via { $name }, en hausse d’au moins { $n ->
        [one] { $n } vue
       *[other] { $n } vues
    }
events-reason-machines =
    { $n ->
        [one] par une seule source : sans doute une machine
       *[other] par seulement { $n } sources différentes : sans doute des machines
    }
events-several-days = pic du { $peak }, sur { $days }
events-joint = {" ; "}
