organisation-crumbs = Wo Sie sind
organisation-owner = Eigentümer
organisation-chart-title = Aufrufe und Besucher dieser Repositorys
organisation-like = Gleiches mit Gleichem: Verglichen werden nur Repositorys, die in beiden Zeiträumen ganz bekannt sind.
organisation-list-says =
    { $n ->
        [one] { $n } Eigentümer. Verglichen werden 28 Tage und nur Repositorys, die in beiden Zeiträumen ganz bekannt sind.
       *[other] { $n } Eigentümer, die meistbesuchten zuerst. Verglichen werden 28 Tage und nur Repositorys, die in beiden Zeiträumen ganz bekannt sind.
    }
organisation-rest =
    { $n ->
        [one] { $n } Eigentümer mit weniger Aufrufen steht nicht in dieser Liste.
       *[other] { $n } Eigentümer mit weniger Aufrufen stehen nicht in dieser Liste.
    }
organisation-new =
    { $n ->
        [one] { $n } neues
       *[other] { $n } neue
    }
