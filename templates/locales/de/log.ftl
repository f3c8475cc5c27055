# Das Sammelprotokoll. Ursachen stehen da, wie sie aufgezeichnet wurden.
log-none = Für diese Repositorys ist keine Sammlung aufgezeichnet.
log-fine = Die neueste Sammlung, { $started }, verlief ohne Fehler.
log-left = Die neueste Sammlung, { $started }, verlief ohne Fehler und ließ { count-repositories } für das nächste Mal übrig.
log-failed =
    { $n ->
        [one] In der neuesten Sammlung, { $started }, schlug { count-repositories } fehl.
       *[other] In der neuesten Sammlung, { $started }, schlugen { count-repositories } fehl.
    }
log-failed-and-left =
    { $n ->
        [one] { $left ->
            [one] In der neuesten Sammlung, { $started }, schlug { count-repositories } fehl und { $left } blieb für das nächste Mal übrig.
           *[other] In der neuesten Sammlung, { $started }, schlug { count-repositories } fehl und { $left } blieben für das nächste Mal übrig.
        }
       *[other] { $left ->
            [one] In der neuesten Sammlung, { $started }, schlugen { count-repositories } fehl und { $left } blieb für das nächste Mal übrig.
           *[other] In der neuesten Sammlung, { $started }, schlugen { count-repositories } fehl und { $left } blieben für das nächste Mal übrig.
        }
    }
log-source-wrong = In der neuesten Sammlung, { $started }, stimmte etwas mit der Quelle „{ $source }“ selbst nicht.
log-collections = Sammlungen, die neuesten zuerst
log-collections-how = soweit sie diese Repositorys betreffen
log-began = Beginn, Quelle
log-answered = GitHub antwortete für
log-answered-nothing = nichts
log-collected = Gesammelt
log-failed-head = Fehlgeschlagen
log-next = Nächstes Mal
log-skipped = Übergangen
log-days-read = Gelesene Tage
log-took = Dauer
log-took-no-time = unter 1 s
log-took-seconds = { $n } s
log-took-minutes = { $minutes } min { $seconds } s
log-requests = Anfragen
log-requests-means = und wie viele für jedes abgefragte Repository
log-each = je { $n }
log-unchanged = { $n } unverändert
log-badge-frozen = Stillstand
log-badge-doubtful = Tage ausgelassen
log-badge-source = Quelle
log-badge-failed = fehlgeschlagen
log-badge-next = nächstes Mal
log-badge-skipped = übergangen
log-frozen = GitHubs eigene Zahlen gingen nicht weiter
log-frozen-why = Nach den fehlenden Tagen wird jede Nacht erneut gefragt; nichts gilt als null.
log-doubtful-why = GitHub zeigte diese Tage bei kaum einem Repository, obwohl an den Tagen davor und danach bei den meisten viel geschah. Wo ein Wert fehlt, ist er unbekannt, nicht null.
log-more =
    { $n ->
        [one] und { $n } weiteres
       *[other] und { $n } weitere
    }
log-again =
    { $n ->
        [one] Dasselbe in { $n } Sammlung.
       *[other] Dasselbe in { $n } Sammlungen hintereinander.
    }
