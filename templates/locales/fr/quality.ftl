quality-none = Rien n’a encore été collecté.
quality-says =
    { $known } des jours stabilisés sont connus ; { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    } en tout. Dépôts à risque : { $n }.
quality-says-risk =
    { $known } des jours stabilisés sont connus ; { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    } en tout. { $n ->
        [one] { $n } dépôt perd des jours, ou en perdra d’ici quatre jours.
       *[other] { $n } dépôts perdent des jours, ou en perdront d’ici quatre jours.
    }
quality-measured = Mesurés
quality-measured-means = GitHub a donné un chiffre
quality-assumed = Supposés nuls
quality-assumed-means = demandés à temps, omis par GitHub
quality-provisional = Provisoires
quality-provisional-means = en hausse encore
quality-unknown = Inconnus
quality-unknown-means = non demandés à temps, ou omis par GitHub
quality-partly = En partie inconnus
quality-of-days = { $percent } des jours
quality-risk = Jours avant perte
quality-risk-says = non collectés depuis trois jours ou plus ; GitHub oublie après 14
quality-never-collected = jamais collecté
quality-days-left = jours restants : { $n }
quality-days-lost = jours perdus, jusqu’à : { $n }
quality-map = Couverture par semaine
quality-map-says = les pires d’abord ; une colonne par semaine, la plus récente à droite
quality-repository = Dépôt
quality-weeks = Semaines
quality-known = Connus au total
quality-unknown-days = Jours inconnus sur un an
quality-history = Historique
quality-collected = Collecté
quality-gaps = Plus longues lacunes
quality-days = Jours
quality-length = Durée
quality-github = Ce que GitHub a omis
quality-stood = Comptage à l’arrêt, dans les dernières collectes
quality-doubtful = Jours douteux
quality-doubtful-in = dans { count-repositories }
quality-revisions = Révisions
quality-revisions-says = chiffres modifiés après stabilisation, les plus récents d’abord
quality-metric = Chiffre
quality-from = De
quality-to = À
quality-what = Ce qui s’est passé
quality-seen = Vu
quality-rise = hausse tardive ; le plus haut compte
quality-drop = baisse ; le plus haut compte toujours
quality-drop-restored = baisse, puis rétabli
quality-fine = Aucun.
quality-rest =
    { $n ->
        [one] { $n } autre ligne est omise ici.
       *[other] { $n } autres lignes sont omises ici.
    }
lost-title = Cette page n’est pas ici
lost-says = L’adresse ne mène à aucun rapport. Revenez en arrière, ou ouvrez index.html dans le dossier des rapports.
