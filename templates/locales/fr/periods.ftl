periods-week-chart = Vues et visiteurs par semaine
periods-month-chart = Vues et visiteurs par mois
periods-week-none = Aucune semaine n’est encore entièrement connue.
periods-month-none = Aucun mois n’est encore entièrement connu.
periods-week-before = semaine préc.
periods-month-before = mois préc.
periods-week-before-means = face à la semaine ISO précédente
periods-month-before-means = face au mois précédent
periods-week-year-means = face à la semaine ISO de même numéro un an plus tôt
periods-month-year-means = face au même mois un an plus tôt
periods-week-matrix =
    { $n ->
        [one] la dernière semaine écoulée ({ $n }) et ses évolutions
       *[other] les { $n } dernières semaines écoulées ; évolutions de la plus récente
    }
periods-month-matrix =
    { $n ->
        [one] le dernier mois écoulé ({ $n }) et ses évolutions
       *[other] les { $n } derniers mois écoulés ; évolutions du plus récent
    }
periods-week-note = Chaque ligne est ombrée de sa semaine la plus basse à la plus haute.
periods-month-note = Chaque ligne est ombrée de son mois le plus bas au plus haut.
periods-week-older =
    { $n ->
        [one] { $n } semaine plus ancienne est omise ici.
       *[other] { $n } semaines plus anciennes sont omises ici.
    }
periods-month-older =
    { $n ->
        [one] { $n } mois plus ancien est omis ici.
       *[other] { $n } mois plus anciens sont omis ici.
    }
periods-older-where = Les fichiers les contiennent.
periods-year = un an avant
periods-days = Jours
periods-stars-gained = Étoiles gagnées
periods-stars-means = étoiles données pendant ces jours et non reprises, là où quelqu’un les a listées
periods-repositories = Dépôts
periods-repositories-means = dépôts ayant un historique pendant ces jours
periods-known = Connu
periods-known-means = part des jours de ces dépôts qui sont connus et définitifs
periods-so-far = en cours
periods-partly = connu en partie
periods-unknown = inconnu
periods-says = { $name } : { $views }.
periods-says-one = { $name } : { $views }, { $a }.
periods-says-two = { $name } : { $views }, { $a } et { $b }.
periods-week-before-more = { $percent } de plus que la semaine précédente
periods-week-before-fewer = { $percent } de moins que la semaine précédente
periods-week-before-same = à peu près autant que la semaine précédente ({ $percent })
periods-week-year-more = { $percent } de plus qu’un an plus tôt
periods-week-year-fewer = { $percent } de moins qu’un an plus tôt
periods-week-year-same = à peu près autant qu’un an plus tôt ({ $percent })
periods-month-before-more = { $percent } de plus que le mois précédent
periods-month-before-fewer = { $percent } de moins que le mois précédent
periods-month-before-same = à peu près autant que le mois précédent ({ $percent })
periods-month-year-more = { $percent } de plus qu’un an plus tôt
periods-month-year-fewer = { $percent } de moins qu’un an plus tôt
periods-month-year-same = à peu près autant qu’un an plus tôt ({ $percent })
periods-matrix-title = Vues par dépôt
periods-matrix-rest =
    { $n ->
        [one] { $n } dépôt moins vu est omis ici et compté dans les sommes.
       *[other] { $n } dépôts moins vus sont omis ici et comptés dans les sommes.
    }
periods-sigma = Σ : somme des uniques quotidiens, supérieure au nombre de personnes différentes
periods-changes = Les évolutions ne comparent que les dépôts entièrement connus dans les deux périodes. « – » signifie que rien, ou trop peu, ne peut être comparé. « ≥ » marque une somme à laquelle manquent des jours inconnus. Les semaines sont des semaines ISO, du lundi au dimanche, UTC.
