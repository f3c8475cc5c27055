releases-none = Aucune version n’est connue pour ces dépôts.
releases-says =
    { $n ->
        [one] { $n } version
       *[other] { $n } versions
    } dans { $repositories ->
        [one] { $repositories } dépôt.
       *[other] { $repositories } dépôts.
    } Les téléchargements sont comptés par fichier ; GitHub ne compte pas ses archives du code source.
releases-rest =
    { $n ->
        [one] { $n } autre ligne est omise ici.
       *[other] { $n } autres lignes sont omises ici.
    }
releases-downloads-recent = Téléchargements en 28 jours
releases-downloads-all = Téléchargements au total
releases-published = Versions en 28 jours
releases-readings = jusqu’à la dernière lecture
releases-since-upload = depuis la mise en ligne de chaque fichier
releases-published-when = publiées
releases-newest = Dernières versions
releases-newest-says = avec les vues des 14 jours avant et après
releases-release = Version
releases-count = Versions
releases-repository = Dépôt
releases-day = Publiée
releases-before = Vues avant
releases-after = Vues après
releases-change = Évolution
releases-prerelease = préversion
releases-by-repository = Téléchargements par dépôt
releases-by-file = Téléchargements par fichier
releases-file = Fichier
releases-size = Taille
releases-recent = 28 jours
releases-all = Au total
