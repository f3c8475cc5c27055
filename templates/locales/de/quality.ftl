quality-none = Es wurde noch nichts gesammelt.
quality-says =
    { $known } der abgeschlossenen Tage sind bekannt; insgesamt { $days ->
        [one] { $days } Tag.
       *[other] { $days } Tage.
    } Gefährdete Repositorys: { $n }.
quality-says-risk =
    { $known } der abgeschlossenen Tage sind bekannt; insgesamt { $days ->
        [one] { $days } Tag.
       *[other] { $days } Tage.
    } { $n ->
        [one] { $n } Repository verliert Tage oder wird es binnen vier Tagen.
       *[other] { $n } Repositorys verlieren Tage oder werden es binnen vier Tagen.
    }
quality-measured = Gemessen
quality-measured-means = GitHub gab eine Zahl
quality-assumed = Als null angenommen
quality-assumed-means = rechtzeitig gefragt, von GitHub ausgelassen
quality-provisional = Vorläufig
quality-provisional-means = steigen noch
quality-unknown = Unbekannt
quality-unknown-means = nicht rechtzeitig gefragt oder von GitHub ausgelassen
quality-partly = Teils unbekannt
quality-of-days = { $percent } aller Tage
quality-risk = Tage bis zum Verlust
quality-risk-says = seit drei Tagen oder länger nicht gesammelt; GitHub vergisst nach 14
quality-never-collected = nie gesammelt
quality-days-left = verbleibende Tage: { $n }
quality-days-lost = verlorene Tage, bis zu: { $n }
quality-map = Abdeckung nach Woche
quality-map-says = die schlechtesten zuerst; eine Spalte ist eine Woche, rechts die neueste
quality-repository = Repository
quality-weeks = Wochen
quality-known = Insgesamt bekannt
quality-unknown-days = Unbekannte Tage im Jahr
quality-history = Geschichte
quality-collected = Gesammelt
quality-gaps = Längste Lücken
quality-days = Tage
quality-length = Länge
quality-github = Was GitHub ausließ
quality-stood = Die Zählung stand still, in den neuesten Sammlungen
quality-doubtful = Zweifelhafte Tage
quality-doubtful-in = in { count-repositories }
quality-revisions = Revisionen
quality-revisions-says = Zahlen, die sich nach dem Abschluss änderten, die neuesten zuerst
quality-metric = Zahl
quality-from = Von
quality-to = Auf
quality-what = Was geschah
quality-seen = Gesehen
quality-rise = stieg spät; der höhere Wert gilt
quality-drop = fiel; der höhere Wert gilt weiter
quality-drop-restored = fiel und kam später zurück
quality-fine = Keine.
quality-rest =
    { $n ->
        [one] Hier fehlt { $n } weitere Zeile.
       *[other] Hier fehlen { $n } weitere Zeilen.
    }
lost-title = Diese Seite gibt es hier nicht
lost-says = Die Adresse führt zu keinem Bericht. Gehen Sie zurück, oder öffnen Sie index.html im Ordner der Berichte.
