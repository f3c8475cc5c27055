overview = Vue d’ensemble
repositories = Dépôts
organisations = Organisations
weeks = Semaines
months = Mois
referrers = Sites référents
paths = Chemins
stars-and-forks = Étoiles et forks
releases-and-downloads = Versions
data-quality = Qualité des données
collection-log = Journal de collecte
events = Événements
explore = Explorer
search = Recherche
downloads = Téléchargements
glossary = Glossaire
account = Compte
views = Vues
visitors = Visiteurs
clones = Clones
cloners = Cloneurs
stars = Étoiles
forks = Forks
sum-of-daily-uniques = somme des uniques quotidiens
count-repositories =
    { $n ->
        [one] { $n } dépôt
       *[other] { $n } dépôts
    }
count-days =
    { $n ->
        [one] { $n } jour
       *[other] { $n } jours
    }
count-weeks =
    { $n ->
        [one] { $n } semaine
       *[other] { $n } semaines
    }
count-months =
    { $n ->
        [one] { $n } mois
       *[other] { $n } mois
    }
count-views =
    { $n ->
        [one] { $n } vue
       *[other] { $n } vues
    }
count-clones =
    { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }
day = Jour
week = Semaine
month = Mois
