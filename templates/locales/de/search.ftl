# The search page. Its script puts its figures where %1 and %2 are.
search-lead = Findet Repositorys, Eigentümer, Verweise, Pfade und Seiten dieser Berichte, hier in Ihrem Browser: Was Sie tippen, wird nirgendwohin gesendet.
search-no-script = Die Suche braucht JavaScript. Ohne es führt diese Liste überallhin:
search-label = Suchen nach
search-placeholder = Repository, Verweis, Pfad …
search-hint = Wortanfänge genügen. Mit den Pfeiltasten gehen Sie durch die Treffer, die Eingabetaste öffnet sie.
search-none = Für „%1“ wurde nichts gefunden.
search-found = Gefunden: %1
search-more = Alle %1 anzeigen
search-failed = Der Index konnte nicht geladen werden. Laden Sie die Seite neu.
search-sent = %1 Aufrufe in Top-Ten-Listen · %2
search-all-of = Repositorys: %1
search-owners = Eigentümer
search-pages = Seiten
