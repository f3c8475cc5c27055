referrers-none = Es wurde noch keine Liste gesammelt.
referrers-total =
    { $raw ->
        [one] { $raw } Aufruf kam
       *[other] { $raw } Aufrufe kamen
    } über die Verweise der neuesten Listen.
referrers-total-paths =
    Die Pfade der neuesten Listen hatten { $raw ->
        [one] { $raw } Aufruf.
       *[other] { $raw } Aufrufe.
    }
referrers-total-adjusted =
    { $adjusted ->
        [one] { $adjusted } Aufruf kam
       *[other] { $adjusted } Aufrufe kamen
    } über die Verweise der neuesten Listen; mit { $n ->
        [one] { $n } vorgetäuschten
       *[other] { $n } vorgetäuschten
    } wären es { $raw }.
referrers-recent-says = Die 14 Tage bis { $day }: die Zehnerlisten von { count-repositories }, zusammengezählt.
referrers-longer-says =
    { $days }: { $n ->
        [one] { $n } Liste von 14 Tagen je Repository, zusammengezählt.
       *[other] bis zu { $n } Listen von 14 Tagen je Repository, die sich nicht überschneiden, zusammengezählt.
    }
referrers-tab-recent = 14 Tage
referrers-tab-longer = Länger
referrers-column-site = Website
referrers-column-path = Pfad auf GitHub
referrers-rank = Rang
referrers-moved = Gegenüber 14 Tagen davor
referrers-first = Zuerst gelistet
referrers-sum-visitors = Σ Besucher
referrers-sum-visitors-means = 14-Tage-Besucher zusammengezählt: mehr als verschiedene Personen
referrers-new-badge = neu in dieser Woche
referrers-not-before = nicht gelistet
referrers-same-rank = gleicher Rang
referrers-rank-before = Rang { $n } in den Listen von 14 Tagen davor
referrers-hidden = ≤ { $n } mehr
referrers-hidden-note = „≤ … mehr“: was es außerdem gehabt haben kann, unter dem zehnten Platz, wo GitHub niemanden nennt.
referrers-more-places =
    { $n ->
        [one] und { $n } weiteres
       *[other] und { $n } weitere
    }
referrers-rest =
    { $n ->
        [one] { $n } weiterer ist hier weggelassen.
       *[other] { $n } weitere sind hier weggelassen.
    }
referrers-dropped =
    { $views ->
        [one] Namen mit höchstens { $views } Aufruf wurden beim Zusammenzählen weggelassen.
       *[other] Namen mit höchstens { $views } Aufrufen wurden beim Zusammenzählen weggelassen.
    }
referrers-empty = GitHub nannte keine.
referrers-spam-title = Vorgetäuschte Verweise, abgesondert
referrers-spam-says =
    { $n ->
        [one] Von hier kam wohl niemand; der Verweis steht nicht in den Listen oben.
       *[other] Von diesen { $n } kam wohl niemand; sie stehen nicht in den Listen oben.
    }
referrers-spam-version = Liste bekannter Domains: Version { $version }.
referrers-spam-why = Warum
referrers-spam-listed = auf einer Liste bekannter Domains
referrers-spam-everywhere = in den meisten Repositorys zugleich
referrers-spam-no-one-comes-back = niemand kommt wieder
