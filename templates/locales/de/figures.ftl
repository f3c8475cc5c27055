repositories-of-owners = { count-repositories } von { $owners } Eigentümern
change-not-compared = nicht verglichen: einige Tage sind unbekannt oder steigen noch
change-compares-some =
    { $n ->
        [one] vergleicht { $known } von { $n } Repository, das in beiden Zeiträumen bekannt ist
       *[other] vergleicht { $known } von { $n } Repositorys, die in beiden Zeiträumen bekannt sind
    }
change-unknown = unbekannt
change-new = neu
change-up = mehr
change-down = weniger
views-began = Die Aufrufe begannen: { $now }, vorher keine
views-held = Die Aufrufe blieben bei { $now }
views-rose = Die Aufrufe stiegen um { $percent } auf { $now }
views-fell = Die Aufrufe fielen um { $percent } auf { $now }
clones-began = Die Klone begannen: { $now }, vorher keine
clones-held = Die Klone blieben bei { $now }
clones-rose = Die Klone stiegen um { $percent } auf { $now }
clones-fell = Die Klone fielen um { $percent } auf { $now }
beside-nothing = nichts zum Vergleichen
beside-from = von { $before }
beside-from-in-some = { $now } von { $before }, in { $known } von { $of }
