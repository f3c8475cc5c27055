referrers-none = Aucune liste n’a encore été collectée.
referrers-total =
    { $raw ->
        [one] { $raw } vue est venue
       *[other] { $raw } vues sont venues
    } des référents des listes les plus récentes.
referrers-total-paths =
    Les chemins des listes les plus récentes ont eu { $raw ->
        [one] { $raw } vue.
       *[other] { $raw } vues.
    }
referrers-total-adjusted =
    { $adjusted ->
        [one] { $adjusted } vue est venue
       *[other] { $adjusted } vues sont venues
    } des référents des listes les plus récentes ; avec { $n ->
        [one] { $n } référent fictif
       *[other] { $n } référents fictifs
    }, ce serait { $raw }.
referrers-recent-says = Les 14 jours jusqu’au { $day } : les dix premiers de { count-repositories }, additionnés.
referrers-longer-says =
    { $days } : { $n ->
        [one] { $n } liste de 14 jours par dépôt, additionnées.
       *[other] jusqu’à { $n } listes de 14 jours par dépôt, sans chevauchement, additionnées.
    }
referrers-tab-recent = 14 jours
referrers-tab-longer = Plus long
referrers-column-site = Site
referrers-column-path = Chemin sur GitHub
referrers-rank = Rang
referrers-moved = Par rapport à 14 jours avant
referrers-first = Première apparition
referrers-sum-visitors = Σ Visiteurs
referrers-sum-visitors-means = visiteurs sur 14 jours additionnés : plus que de personnes différentes
referrers-new-badge = nouveau cette semaine
referrers-not-before = non listé
referrers-same-rank = même rang
referrers-rank-before = rang { $n } dans les listes de 14 jours avant
referrers-hidden = ≤ { $n } de plus
referrers-hidden-note = « ≤ … de plus » : ce qu’il peut avoir eu en outre, sous la dixième place, où GitHub ne nomme personne.
referrers-more-places = et { $n } de plus
referrers-rest =
    { $n ->
        [one] { $n } autre est omis ici.
       *[other] { $n } autres sont omis ici.
    }
referrers-dropped =
    { $views ->
        [one] Les noms de { $views } vue au plus ont été omis lors de l’addition.
       *[other] Les noms de { $views } vues au plus ont été omis lors de l’addition.
    }
referrers-empty = GitHub n’en a listé aucun.
referrers-spam-title = Référents fictifs, mis à part
referrers-spam-says =
    { $n ->
        [one] Personne n’est sans doute venu de celui-ci ; il n’est pas dans les listes ci-dessus.
       *[other] Personne n’est sans doute venu de ces { $n } ; ils ne sont pas dans les listes ci-dessus.
    }
referrers-spam-version = Liste des domaines connus : version { $version }.
referrers-spam-why = Pourquoi
referrers-spam-listed = sur une liste de domaines connus
referrers-spam-everywhere = dans la plupart des dépôts à la fois
referrers-spam-no-one-comes-back = personne ne revient
