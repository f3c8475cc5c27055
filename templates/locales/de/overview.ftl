overview-figures = Zahlen
overview-compared = 28 Tage, verglichen mit { $before } und, ein Jahr zuvor, { $year }
overview-year-unknown = kein Vorjahr
overview-year-from = zum Vorjahr, von { $before }
overview-newest-count = neuester Stand
overview-nothing = Es wurde noch nichts gesammelt.
overview-most-viewed = Die { $n } meistbesuchten Repositorys
overview-rest =
    { $n ->
        [one] { $n } Repository mit weniger Aufrufen steht nicht in dieser Liste. In allen Summen ist es enthalten.
       *[other] { $n } Repositorys mit weniger Aufrufen stehen nicht in dieser Liste. In allen Summen sind sie enthalten.
    }
overview-newcomers =
    { $n ->
        [one] { $n } Repository ist neu: seine Geschichte beginnt in den verglichenen Tagen. Es zählt zu den Summen, aber nicht zu den Veränderungen.
       *[other] { $n } Repositorys sind neu: ihre Geschichte beginnt in den verglichenen Tagen. Sie zählen zu den Summen, aber nicht zu den Veränderungen.
    }
overview-new-title = Neue Repositorys
overview-first-day = Erster bekannter Tag
overview-both = { $a }. { $b }
overview-says = { $what }. Das sind die { $n } Tage bis { $day } neben den { $n } Tagen davor.
overview-says-some = { $what }. Das sind die { $n } Tage bis { $day } neben den { $n } Tagen davor, in { $known } von { $of } Repositorys, die in beiden bekannt sind.
overview-not-compared = Die letzten vier Wochen lassen sich nicht mit den vier davor vergleichen: zu viele Tage sind unbekannt.
overview-chart-title = Aufrufe und Besucher aller Repositorys
overview-chart-note = Besucher mehrerer Repositorys sind addierte tägliche Einzelbesucher: Wer zwei Repositorys liest, zählt doppelt.
overview-views-by-day = Aufrufe nach Tagen, { $days }
overview-views-by-week = Aufrufe nach Wochen, { $days }
overview-views-by-month = Aufrufe nach Monaten, { $days }
overview-clones-by-day = Klone nach Tagen, { $days }
overview-clones-by-week = Klone nach Wochen, { $days }
overview-clones-by-month = Klone nach Monaten, { $days }
overview-visitors-summed = Besucher (Summe der täglichen Einzelbesucher)
overview-cloners-summed = Klonende (Summe der täglichen Einzelbesucher)
overview-settled = { $count } an den abgeschlossenen Tagen.
overview-settled-at-least = Mindestens { $count } an den abgeschlossenen Tagen.
overview-whole-weeks = Gezeichnet sind nur ganze Wochen.
overview-whole-months = Gezeichnet sind nur ganze Monate.
overview-rising = Aufsteiger
overview-falling = Absteiger
overview-rising-none = Kein Repository hat zugelegt.
overview-falling-none = Kein Repository hat verloren.
overview-movers-days = Aufrufe, 28 Tage gegen die 28 davor
overview-before-and-now = Vorher und jetzt
overview-stood-title = Was auffiel
overview-stood-says = Tage weit abseits dessen, was ihr Wochentag sonst bringt, und der wahrscheinliche Grund
overview-stood-none = Kein Tag wich weit vom Üblichen ab.
overview-stood-more =
    { $n ->
        [one] { $n } weiterer Tag fiel weniger auf.
       *[other] { $n } weitere Tage fielen weniger auf.
    }
overview-stood-what = { $count }, üblich sind { $usual }
overview-why-referrer = wahrscheinlich { $name }: von dort kamen mindestens { $views } mehr
overview-why-machines = kaum jemand hat sie verursacht: wahrscheinlich eine Maschine
overview-when = Wann
overview-what = Was
overview-table-days = 28 Tage, gegen die 28 davor und dieselben Tage im Vorjahr
overview-repository = Repository
overview-change = Änderung
overview-change-means = gegenüber den 28 Tagen davor
overview-year = Vorjahr
overview-year-means = gegenüber denselben Tagen im Vorjahr, 52 Wochen früher
overview-weeks-26 = 26 Wochen
overview-archived = archiviert
overview-private = privat
overview-all-repositories = Alle Repositorys
overview-pages = Meistbesuchte Seiten
overview-site = Website
overview-path = Pfad auf GitHub
overview-lists = Die 14 Tage bis { $day }: die ersten zehn aus { $repositories }, addiert.
overview-no-list = Es wurde noch keine Liste gesammelt.
overview-listed-none = GitHub nannte keine.
overview-notes = Notizen
overview-list-says = { $repositories }, die meistbesuchten zuerst. Verglichen werden 28 Tage mit den 28 davor und mit denselben Tagen im Vorjahr.
overview-elsewhere = Hier sind sie zu finden:
overview-no-match = Zu den Selektoren dieser Rolle passt kein gesammeltes Repository.
