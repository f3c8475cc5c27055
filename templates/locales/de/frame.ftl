frame-skip = Zum Inhalt springen
frame-navigation = Berichte
frame-more = Mehr
frame-menu = Menü
frame-frozen-head = GitHubs Zählung steht still.
frame-frozen = In den meisten Repositorys zugleich fehlen die neuesten Tage. Das liegt an GitHub und nicht an Ihren Lesern: die letzten Tage sagen noch nichts aus.
frame-late =
    { $n ->
        [one] Diese Zahlen sind { $n } Tag im Rückstand.
       *[other] Diese Zahlen sind { $n } Tage im Rückstand.
    }
frame-late-why = GitHub vergisst die Zugriffe nach 14 Tagen; was bis dahin nicht gesammelt ist, bleibt unbekannt.
frame-no-data = Noch keine Daten
frame-through = Daten bis { $day } (UTC)
frame-rising = vorläufig bis { $day }
frame-collected = gesammelt { $moment }
frame-utc = Tage sind UTC-Tage: jeder beginnt und endet um Mitternacht UTC, wo immer Sie dies lesen.
frame-source = Die Zahlen stammen von GitHub.
frame-meaning = Was die Zahlen bedeuten
