charts-peak-day = { $label } : maximum de { $value } le { $when }.
charts-peak-period = { $label } : maximum de { $value } en { $when }.
charts-gaps = Incomplets et laissés de côté : { $count }.
charts-bounds = Minimums, car une petite partie est inconnue : { $count }.
charts-rising = Les derniers jours augmentent encore.
charts-not-from-zero = L’axe ne part pas de zéro.
charts-not-known = inconnu
charts-at-least = au moins
charts-still-rising = augmente encore
charts-peak = Maximum
charts-as-table = { $count } sous forme de tableau
charts-table-cut = Les { $n } plus récents sur { $count } au total.
charts-remark = Remarque
charts-marks = Releases et notes
charts-marks-more =
    { $n ->
        [one] { $n } événement plus ancien n’est pas indiqué.
       *[other] { $n } événements plus anciens ne sont pas indiqués.
    }
charts-pre-release = { $tag } (préversion)
charts-tab-recent = 13 semaines
charts-tab-whole = Tout l’historique
charts-tab-newest = 14 jours
charts-tab-longer = Plus long
charts-nothing = Rien n’est encore connu.
charts-heat-busiest = Le jour le plus actif a été le { $day } avec { $views }.
charts-heat-none = Aucune vue durant ces jours.
charts-heat-quiet =
    { $n ->
        [one] { $n } jour est sans aucune vue.
       *[other] { $n } jours sont sans aucune vue.
    }
charts-heat-unknown =
    { $n ->
        [one] { $n } jour est inconnu et hachuré.
       *[other] { $n } jours sont inconnus et hachurés.
    }
charts-heat-step = { $n } ou plus
charts-heat-no-view = aucune vue
charts-heat-title = Vues des 53 dernières semaines par jour, une colonne par semaine
charts-unknown = inconnu
charts-list-newest = Les 14 jours jusqu’au { $to }, selon la liste de GitHub ; flèches : places depuis la liste deux semaines plus tôt.
charts-list-longer = { $n } listes de 14 jours, { $days }, additionnées ; elles ne se chevauchent pas.
charts-list-together = Les 14 jours jusqu’au { $to } : les dix premiers de { $repositories }, additionnés.
charts-list-none = GitHub n’en a listé aucun.
charts-list-missing = Aucune liste n’a encore été collectée.
charts-front-page = Page d’accueil
charts-hidden = ≤ { $n } de plus
charts-longer-note = « ≤ … de plus » : ce qu’il a pu avoir en outre sous la dixième place, où GitHub ne nomme personne. Σ : visiteurs de chaque période de 14 jours, additionnés.
charts-sum-visitors = Σ Visiteurs
charts-new = nouveau
charts-first-seen = vu pour la première fois le { $when }
charts-places-up =
    { $n ->
        [one] { $n } place de mieux que deux semaines plus tôt
       *[other] { $n } places de mieux que deux semaines plus tôt
    }
charts-places-down =
    { $n ->
        [one] { $n } place de moins que deux semaines plus tôt
       *[other] { $n } places de moins que deux semaines plus tôt
    }
charts-spam-apart = Écarté comme spam de référent : { $names }. La liste compte { $raw } vues avec et { $left } sans.
