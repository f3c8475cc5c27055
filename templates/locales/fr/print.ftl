print-title = Résumé à imprimer
print-how = Voici l’impression sur A4 : « Imprimer » dans votre navigateur le met sur papier ou l’enregistre en PDF.
print-foot = Les jours sont des jours UTC. Σ marque des sommes d’uniques quotidiens, supérieures au nombre de personnes différentes. Les évolutions ne comparent que les dépôts entièrement connus dans les deux périodes ; « ≥ » marque une somme à laquelle manquent des jours inconnus.
