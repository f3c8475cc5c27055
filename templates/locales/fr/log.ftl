# Le journal de collecte. Les causes sont telles qu’elles ont été enregistrées.
log-none = Aucune collecte n’est enregistrée pour ces dépôts.
log-fine = La dernière collecte, { $started }, s’est déroulée sans erreur.
log-left = La dernière collecte, { $started }, s’est déroulée sans erreur et a laissé { count-repositories } pour la prochaine fois.
log-failed =
    { $n ->
        [one] Lors de la dernière collecte, { $started }, { count-repositories } a échoué.
       *[other] Lors de la dernière collecte, { $started }, { count-repositories } ont échoué.
    }
log-failed-and-left =
    { $n ->
        [one] { $left ->
            [one] Lors de la dernière collecte, { $started }, { count-repositories } a échoué et { $left } a été laissé pour la prochaine fois.
           *[other] Lors de la dernière collecte, { $started }, { count-repositories } a échoué et { $left } ont été laissés pour la prochaine fois.
        }
       *[other] { $left ->
            [one] Lors de la dernière collecte, { $started }, { count-repositories } ont échoué et { $left } a été laissé pour la prochaine fois.
           *[other] Lors de la dernière collecte, { $started }, { count-repositories } ont échoué et { $left } ont été laissés pour la prochaine fois.
        }
    }
log-source-wrong = Lors de la dernière collecte, { $started }, la source « { $source } » elle-même posait problème.
log-collections = Collectes, de la plus récente à la plus ancienne
log-collections-how = pour ce qui concerne ces dépôts
log-began = Début, source
log-answered = GitHub a répondu pour
log-answered-nothing = rien
log-collected = Collectés
log-failed-head = En échec
log-next = Prochaine fois
log-skipped = Ignorés
log-days-read = Jours lus
log-took = Durée
log-took-no-time = moins de 1 s
log-took-seconds = { $n } s
log-took-minutes = { $minutes } min { $seconds } s
log-requests = Requêtes
log-requests-means = et combien pour chaque dépôt interrogé
log-each = { $n } chacun
log-unchanged =
    { $n ->
        [one] { $n } inchangée
       *[other] { $n } inchangées
    }
log-badge-frozen = à l’arrêt
log-badge-doubtful = jours omis
log-badge-source = source
log-badge-failed = en échec
log-badge-next = prochaine fois
log-badge-skipped = ignoré
log-frozen = Les chiffres de GitHub n’ont pas avancé
log-frozen-why = Les jours manquants sont redemandés chaque nuit ; rien n’est pris pour un zéro.
log-doubtful-why = GitHub n’a donné ces jours pour presque aucun dépôt, alors que la plupart sont actifs les jours voisins. Un chiffre qui manque est inconnu, et non nul.
log-more =
    { $n ->
        [one] et { $n } autre
       *[other] et { $n } autres
    }
log-again =
    { $n ->
        [one] De même dans { $n } collecte.
       *[other] De même dans { $n } collectes de suite.
    }
