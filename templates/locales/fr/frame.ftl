frame-skip = Aller au contenu
frame-navigation = Rapports
frame-more = Plus
frame-menu = Menu
frame-frozen-head = Le comptage de GitHub est à l’arrêt.
frame-frozen = Les jours les plus récents manquent dans la plupart des dépôts à la fois. Cela vient de GitHub et non de vos lecteurs : les derniers jours ne disent encore rien.
frame-late =
    { $n ->
        [one] Ces chiffres ont { $n } jour de retard.
       *[other] Ces chiffres ont { $n } jours de retard.
    }
frame-late-why = GitHub oublie le trafic après 14 jours ; ce qui n’est pas collecté d’ici là restera inconnu.
frame-no-data = Pas encore de données
frame-through = Données jusqu’au { $day } (UTC)
frame-rising = provisoires jusqu’au { $day }
frame-collected = collectées le { $moment }
frame-utc = Les jours sont des jours UTC : chacun commence et finit à minuit UTC, où que vous lisiez ceci.
frame-source = Les chiffres sont ceux de GitHub.
frame-meaning = Ce que signifient les chiffres
