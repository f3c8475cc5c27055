stars-watchers = Beobachter
stars-issues = Offene Issues
stars-pulls = Offene Pull Requests
stars-gained = Neue Sterne nach Tag
stars-gained-lead =
    { $n ->
        [one] { $n } Stern wurde in diesen Tagen vergeben und nicht zurückgenommen.
       *[other] { $n } Sterne wurden in diesen Tagen vergeben und nicht zurückgenommen.
    } Gefragt wird wöchentlich, den neuesten Tagen können daher welche fehlen.
stars-lead-more = { $now } am { $day }, { $by } mehr als am { $before }.
stars-lead-fewer = { $now } am { $day }, { $by } weniger als am { $before }.
stars-lead-same = { $now } am { $day }, gleich viele wie am { $before }. Der Unterschied ist { $by }.
stars-says-nothing = Noch gibt es nichts zum Vergleichen mit dem Stand vor vier Wochen.
stars-says-same =
    So viele Sterne wie vor 28 Tagen, in { $known } von { $n ->
        [one] { $n } Repository.
       *[other] { $n } Repositorys.
    }
stars-says-gained =
    { $gained ->
        [one] { $gained } Stern
       *[other] { $gained } Sterne
    } mehr als vor 28 Tagen, in { $known } von { $n ->
        [one] { $n } Repository.
       *[other] { $n } Repositorys.
    }
stars-says-lost =
    { $lost ->
        [one] { $lost } Stern
       *[other] { $lost } Sterne
    } weniger als vor 28 Tagen, in { $known } von { $n ->
        [one] { $n } Repository.
       *[other] { $n } Repositorys.
    }
stars-known-of =
    bekannt von { $known } von { $n ->
        [one] { $n } Repository
       *[other] { $n } Repositorys
    }
stars-in-28-days = in 28 Tagen
stars-in-28-days-of =
    in 28 Tagen, in { $known } von { $n ->
        [one] { $n } Repository
       *[other] { $n } Repositorys
    }
stars-gainers = Die meisten neuen Sterne in 28 Tagen
stars-new = Gewonnen
stars-ranking = Nach Repository
stars-ranking-says = zuletzt gelesen, mit der Änderung in 28 Tagen
stars-repository = Repository
stars-rest =
    { $n ->
        [one] { $n } weiteres Repository ist hier weggelassen.
       *[other] { $n } weitere Repositorys sind hier weggelassen.
    }
stars-none = Es wurde noch kein Zähler gelesen.
