periods-week-chart = Aufrufe und Besucher nach Wochen
periods-month-chart = Aufrufe und Besucher nach Monaten
periods-week-none = Noch keine Woche ist ganz bekannt.
periods-month-none = Noch kein Monat ist ganz bekannt.
periods-week-before = Vorwoche
periods-month-before = Vormonat
periods-week-before-means = gegenüber der ISO-Woche davor
periods-month-before-means = gegenüber dem Monat davor
periods-week-year-means = gegenüber der ISO-Woche derselben Nummer im Vorjahr
periods-month-year-means = gegenüber demselben Monat im Vorjahr
periods-week-matrix =
    { $n ->
        [one] die letzte abgeschlossene Woche ({ $n }) und ihre Änderungen
       *[other] die letzten { $n } abgeschlossenen Wochen; Änderungen der neuesten
    }
periods-month-matrix =
    { $n ->
        [one] der letzte abgeschlossene Monat ({ $n }) und seine Änderungen
       *[other] die letzten { $n } abgeschlossenen Monate; Änderungen des neuesten
    }
periods-week-note = Jede Zeile ist von ihrer schwächsten bis zu ihrer stärksten Woche schattiert.
periods-month-note = Jede Zeile ist von ihrem schwächsten bis zu ihrem stärksten Monat schattiert.
periods-week-older =
    { $n ->
        [one] { $n } ältere Woche ist hier weggelassen.
       *[other] { $n } ältere Wochen sind hier weggelassen.
    }
periods-month-older =
    { $n ->
        [one] { $n } älterer Monat ist hier weggelassen.
       *[other] { $n } ältere Monate sind hier weggelassen.
    }
periods-older-where = In den Dateien stehen sie.
periods-year = Vorjahr
periods-days = Tage
periods-stars-gained = Neue Sterne
periods-stars-means = Sterne, die in diesen Tagen vergeben und nicht zurückgenommen wurden, soweit jemand sie aufgelistet hat
periods-repositories = Repos
periods-repositories-means = Repositorys mit einer Geschichte in diesen Tagen
periods-known = Bekannt
periods-known-means = wie viele Tage dieser Repositorys bekannt und abgeschlossen sind
periods-so-far = bisher
periods-partly = teilweise bekannt
periods-unknown = unbekannt
periods-says = { $name }: { $views }.
periods-says-one = { $name }: { $views }, { $a }.
periods-says-two = { $name }: { $views }, { $a } und { $b }.
periods-week-before-more = { $percent } mehr als in der Woche davor
periods-week-before-fewer = { $percent } weniger als in der Woche davor
periods-week-before-same = etwa so viele wie in der Woche davor ({ $percent })
periods-week-year-more = { $percent } mehr als im Vorjahr
periods-week-year-fewer = { $percent } weniger als im Vorjahr
periods-week-year-same = etwa so viele wie im Vorjahr ({ $percent })
periods-month-before-more = { $percent } mehr als im Monat davor
periods-month-before-fewer = { $percent } weniger als im Monat davor
periods-month-before-same = etwa so viele wie im Monat davor ({ $percent })
periods-month-year-more = { $percent } mehr als im Vorjahr
periods-month-year-fewer = { $percent } weniger als im Vorjahr
periods-month-year-same = etwa so viele wie im Vorjahr ({ $percent })
periods-matrix-title = Aufrufe nach Repository
periods-matrix-rest =
    { $n ->
        [one] { $n } Repository mit weniger Aufrufen ist hier weggelassen und in den Summen enthalten.
       *[other] { $n } Repositorys mit weniger Aufrufen sind hier weggelassen und in den Summen enthalten.
    }
periods-sigma = Σ: Summe der täglichen Einzelbesucher, größer als die Zahl verschiedener Menschen
periods-changes = Verglichen werden nur Repositorys, die in beiden Zeiträumen ganz bekannt sind. „–“ heißt, dass sich nichts oder zu wenig vergleichen lässt. „≥“ steht vor einer Summe, der unbekannte Tage fehlen. Wochen sind ISO-Wochen, von Montag bis Sonntag, UTC.
