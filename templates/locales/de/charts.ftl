charts-peak-day = { $label }: am meisten am { $when } mit { $value }.
charts-peak-period = { $label }: am meisten in { $when } mit { $value }.
charts-gaps = Nicht vollständig bekannt und ausgelassen: { $count }.
charts-bounds = Untergrenzen, weil ein wenig davon unbekannt ist: { $count }.
charts-rising = Die neuesten Tage steigen noch.
charts-not-from-zero = Die Achse beginnt nicht bei null.
charts-not-known = unbekannt
charts-at-least = mindestens
charts-still-rising = steigt noch
charts-peak = Höchstwert
charts-as-table = { $count } als Tabelle
charts-table-cut = Die neuesten { $n } von insgesamt { $count }.
charts-remark = Bemerkung
charts-marks = Releases und Notizen
charts-marks-more =
    { $n ->
        [one] { $n } früheres Ereignis ist nicht eingezeichnet.
       *[other] { $n } frühere Ereignisse sind nicht eingezeichnet.
    }
charts-pre-release = { $tag } (Vorabversion)
charts-tab-recent = 13 Wochen
charts-tab-whole = Gesamter Verlauf
charts-tab-newest = 14 Tage
charts-tab-longer = Länger
charts-nothing = Noch ist nichts bekannt.
charts-heat-busiest = Am meisten los war am { $day } mit { $views }.
charts-heat-none = In diesen Tagen kein Aufruf.
charts-heat-quiet =
    { $n ->
        [one] { $n } Tag ist ohne Aufruf.
       *[other] { $n } Tage sind ohne Aufruf.
    }
charts-heat-unknown =
    { $n ->
        [one] { $n } Tag ist unbekannt und schraffiert.
       *[other] { $n } Tage sind unbekannt und schraffiert.
    }
charts-heat-step = ab { $n }
charts-heat-no-view = kein Aufruf
charts-heat-title = Aufrufe der letzten 53 Wochen nach Tagen, je Woche eine Spalte
charts-unknown = unbekannt
charts-list-newest = Die 14 Tage bis { $to }, wie GitHub sie auflistet; Pfeile: Plätze seit der Liste zwei Wochen zuvor.
charts-list-longer = { $n } Listen von je 14 Tagen, { $days }, zusammengezählt; sie überlappen sich nicht.
charts-list-together = Die 14 Tage bis { $to }: die ersten zehn von { $repositories }, zusammengezählt.
charts-list-none = GitHub führte keine auf.
charts-list-missing = Noch wurde keine Liste gesammelt.
charts-front-page = Startseite
charts-hidden = ≤ { $n } mehr
charts-longer-note = „≤ … mehr“: was außerdem möglich war, während der Eintrag unter Platz zehn lag, wo GitHub niemanden nennt. Σ: Besucher von je 14 Tagen, zusammengezählt.
charts-sum-visitors = Σ Besucher
charts-new = neu
charts-first-seen = zuerst gesehen am { $when }
charts-places-up =
    { $n ->
        [one] { $n } Platz höher als zwei Wochen zuvor
       *[other] { $n } Plätze höher als zwei Wochen zuvor
    }
charts-places-down =
    { $n ->
        [one] { $n } Platz tiefer als zwei Wochen zuvor
       *[other] { $n } Plätze tiefer als zwei Wochen zuvor
    }
charts-spam-apart = Als Referrer-Spam ausgelassen: { $names }. Die Liste hat damit { $raw } Aufrufe, ohne { $left }.
