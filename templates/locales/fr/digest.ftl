# La semaine en bref, par courriel et dans les canaux.
digest-subject = { $role } : semaine { $week }
digest-figure = Mesure
digest-before = semaine précédente
digest-year = année précédente
digest-no-comparison = non comparé
digest-moved = { $now } vues, contre { $before }
digest-rising = En hausse
digest-falling = En baisse
digest-events = Ce qui s’est distingué
digest-referrers = D’où venaient les lecteurs, d’après des listes de 14 jours
digest-rising-still = Les derniers jours de cette semaine augmentent encore ; rien ne leur est comparé pour l’instant.
digest-open = Ouvrir les rapports
digest-why = Vous recevez ce message parce que l’exploitant du site vous a inscrit.
digest-end = Ne plus en recevoir
