events-kind-note = Notiz
events-kind-anomaly = auffällig
events-kind-release = Release
events-kind-renamed = umbenannt
events-kind-new = neu
events-kind-missing = fehlt
events-kind-doubtful = zweifelhaft
events-kind-frozen = Stillstand
events-none = Noch ist nichts geschehen, was hier steht.
events-says =
    { $n ->
        [one] { $n } Ereignis der letzten 13 Monate.
       *[other] { $n } Ereignisse der letzten 13 Monate, die neuesten zuerst.
    }
events-rest =
    { $n ->
        [one] { $n } älteres ist hier weggelassen.
       *[other] { $n } ältere sind hier weggelassen.
    }
events-kinds = Verwendete Kennzeichen
events-release = { $tag } wurde veröffentlicht
events-prerelease = { $tag } wurde als Vorabversion veröffentlicht
events-renamed = zuletzt unter dem früheren Namen { $name } angetroffen
events-frozen = GitHubs Zählung stand bei den Sammlungen vom { $days } still
events-missing =
    { $days } ({ $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }) wurde bei { count-repositories } nicht rechtzeitig abgefragt
events-doubtful = GitHub ließ { $days } bei { count-repositories } aus: unbekannt, nicht null
events-new = Die Geschichte von { count-repositories } beginnt am { $days }
events-views-above =
    { $n ->
        [one] { $n } Aufruf
       *[other] { $n } Aufrufe
    }, üblich { $usual ->
        [one] ist etwa { $usual }
       *[other] sind etwa { $usual }
    }
events-views-below =
    Nur { $n ->
        [one] { $n } Aufruf
       *[other] { $n } Aufrufe
    }, üblich { $usual ->
        [one] ist etwa { $usual }
       *[other] sind etwa { $usual }
    }
events-clones-above =
    { $n ->
        [one] { $n } Klon
       *[other] { $n } Klone
    }, üblich { $usual ->
        [one] ist etwa { $usual }
       *[other] sind etwa { $usual }
    }
events-clones-below =
    Nur { $n ->
        [one] { $n } Klon
       *[other] { $n } Klone
    }, üblich { $usual ->
        [one] ist etwa { $usual }
       *[other] sind etwa { $usual }
    }
events-reason-referrer =
    vermutlich von { $name }, das um mindestens { $n ->
        [one] { $n } Aufruf
       *[other] { $n } Aufrufe
    } stieg
events-reason-machines =
    { $n ->
        [one] von nur einem: vermutlich eine Maschine
       *[other] von nur { $n } verschiedenen: vermutlich Maschinen
    }
events-several-days = Höhepunkt am { $peak } von { $days }
events-joint = {"; "}
