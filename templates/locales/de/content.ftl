# Textseiten und die Zahlen darin.
content-alert-note = Hinweis
content-alert-tip = Tipp
content-alert-important = Wichtig
content-alert-warning = Warnung
content-alert-caution = Vorsicht
content-as-of = Stand { $day }
content-complete = alle Tage bekannt
content-rising = steigt noch
content-at-least = mindestens: einige Tage sind unbekannt
content-unknown = unbekannt
content-lead = { $what }, { $days }: { $value }.
content-table-days = Die Zahlen gelten für die 28 Tage { $days }, Veränderungen gegenüber den 28 Tagen davor.
content-rest = Alle Repositorys
content-path = Pfad
content-referrer = Verweis
content-explore = Diese Zahlen erkunden
content-nothing = Darüber ist noch nichts bekannt.
