# Flux : ce qui s’est passé, et les mois en bref.
feed-events = Événements
feed-months = Les mois en bref
feed-views-above = { $repository } : { $n } vues le { $day }, contre { $usual } d’ordinaire.
feed-views-below = { $repository } : seulement { $n } vues le { $day }, contre { $usual } d’ordinaire.
feed-clones-above = { $repository } : { $n } clones le { $day }, contre { $usual } d’ordinaire.
feed-clones-below = { $repository } : seulement { $n } clones le { $day }, contre { $usual } d’ordinaire.
feed-from = Beaucoup venaient de { $referrer }.
feed-machines = Presque personne n’en est l’auteur : sans doute une machine.
feed-release = { $repository } a publié { $release }
feed-month-views = Vues : { $n }.
feed-month-clones = Clones : { $n }.
feed-month-before = Par rapport au mois précédent : { $moved }.
feed-month-year = Par rapport à l’année précédente : { $moved }.
