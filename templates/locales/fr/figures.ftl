repositories-of-owners = { count-repositories } de { $owners } propriétaires
change-not-compared = non comparé : certains jours sont inconnus ou augmentent encore
change-compares-some =
    { $n ->
        [one] compare { $known } dépôt sur { $n } connu dans les deux périodes
       *[other] compare { $known } dépôts sur { $n } connus dans les deux périodes
    }
change-unknown = inconnu
change-new = nouveau
change-up = en hausse de
change-down = en baisse de
views-began = Les vues ont commencé : { $now }, aucune auparavant
views-held = Les vues sont restées à { $now }
views-rose = Les vues ont augmenté de { $percent } à { $now }
views-fell = Les vues ont baissé de { $percent } à { $now }
clones-began = Les clones ont commencé : { $now }, aucun auparavant
clones-held = Les clones sont restés à { $now }
clones-rose = Les clones ont augmenté de { $percent } à { $now }
clones-fell = Les clones ont baissé de { $percent } à { $now }
beside-nothing = rien à comparer
beside-from = contre { $before }
beside-from-in-some = { $now } contre { $before }, dans { $known } sur { $of }
