releases-none = Von diesen Repositorys ist kein Release bekannt.
releases-says =
    { $n ->
        [one] { $n } Release
       *[other] { $n } Releases
    } in { $repositories ->
        [one] { $repositories } Repository.
       *[other] { $repositories } Repositorys.
    } Downloads werden je Datei gezählt; GitHubs Quellarchive zählt GitHub nicht.
releases-rest =
    { $n ->
        [one] Hier fehlt { $n } weitere Zeile.
       *[other] Hier fehlen { $n } weitere Zeilen.
    }
releases-downloads-recent = Downloads in 28 Tagen
releases-downloads-all = Downloads insgesamt
releases-published = Releases in 28 Tagen
releases-readings = bis zur neuesten Lesung
releases-since-upload = seit jede Datei hochgeladen wurde
releases-published-when = veröffentlicht
releases-newest = Neueste Releases
releases-newest-says = mit den Aufrufen der 14 Tage davor und danach
releases-release = Release
releases-count = Releases
releases-repository = Repository
releases-day = Veröffentlicht
releases-before = Aufrufe davor
releases-after = Aufrufe danach
releases-change = Änderung
releases-prerelease = Vorabversion
releases-by-repository = Downloads nach Repository
releases-by-file = Downloads nach Datei
releases-file = Datei
releases-size = Größe
releases-recent = 28 Tage
releases-all = Insgesamt
