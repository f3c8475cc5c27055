overview = Übersicht
repositories = Repositorys
organisations = Organisationen
weeks = Wochen
months = Monate
referrers = Verweise
paths = Pfade
stars-and-forks = Sterne und Forks
releases-and-downloads = Releases
data-quality = Datenqualität
collection-log = Sammelprotokoll
events = Ereignisse
explore = Erkunden
search = Suche
downloads = Downloads
glossary = Glossar
account = Konto
views = Aufrufe
visitors = Besucher
clones = Klone
cloners = Klonende
stars = Sterne
forks = Forks
sum-of-daily-uniques = Summe der täglichen Einzelbesucher
count-repositories =
    { $n ->
        [one] { $n } Repository
       *[other] { $n } Repositorys
    }
count-days =
    { $n ->
        [one] { $n } Tag
       *[other] { $n } Tage
    }
count-weeks =
    { $n ->
        [one] { $n } Woche
       *[other] { $n } Wochen
    }
count-months =
    { $n ->
        [one] { $n } Monat
       *[other] { $n } Monate
    }
count-views =
    { $n ->
        [one] { $n } Aufruf
       *[other] { $n } Aufrufe
    }
count-clones =
    { $n ->
        [one] { $n } Klon
       *[other] { $n } Klone
    }
day = Tag
week = Woche
month = Monat
