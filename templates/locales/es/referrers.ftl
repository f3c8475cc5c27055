referrers-none = Aún no se ha recogido ninguna lista.
referrers-total =
    { $raw ->
        [one] { $raw } vista llegó
       *[other] { $raw } vistas llegaron
    } de los sitios de las listas más recientes.
referrers-total-paths =
    Las rutas de las listas más recientes tuvieron { $raw ->
        [one] { $raw } vista.
       *[other] { $raw } vistas.
    }
referrers-total-adjusted =
    { $adjusted ->
        [one] { $adjusted } vista llegó
       *[other] { $adjusted } vistas llegaron
    } de los sitios de las listas más recientes; con { $n ->
        [one] { $n } ficticio
       *[other] { $n } ficticios
    } serían { $raw }.
referrers-recent-says = Los 14 días hasta el { $day }: los diez primeros de { count-repositories }, sumados.
referrers-longer-says =
    { $days }: { $n ->
        [one] { $n } lista de 14 días por repositorio, sumadas.
       *[other] hasta { $n } listas de 14 días por repositorio, que no se solapan, sumadas.
    }
referrers-tab-recent = 14 días
referrers-tab-longer = Más tiempo
referrers-column-site = Sitio
referrers-column-path = Ruta en GitHub
referrers-rank = Puesto
referrers-moved = Frente a 14 días antes
referrers-first = Primera vez
referrers-sum-visitors = Σ Visitantes
referrers-sum-visitors-means = visitantes de 14 días sumados: más que personas distintas
referrers-new-badge = nuevo esta semana
referrers-not-before = no listado
referrers-same-rank = mismo puesto
referrers-rank-before = puesto { $n } en las listas de 14 días antes
referrers-hidden = ≤ { $n } más
referrers-hidden-note = «≤ … más»: lo que pudo tener además por debajo del décimo puesto, donde GitHub no nombra a nadie.
referrers-more-places = y { $n } más
referrers-rest =
    { $n ->
        [one] Aquí se omite { $n } más.
       *[other] Aquí se omiten { $n } más.
    }
referrers-dropped =
    { $views ->
        [one] Al sumar se omitieron los nombres con { $views } vista como máximo.
       *[other] Al sumar se omitieron los nombres con { $views } vistas como máximo.
    }
referrers-empty = GitHub no listó ninguno.
referrers-spam-title = Sitios ficticios, apartados
referrers-spam-says =
    { $n ->
        [one] Probablemente nadie llegó de este; no está en las listas de arriba.
       *[other] Probablemente nadie llegó de estos { $n }; no están en las listas de arriba.
    }
referrers-spam-version = Lista de dominios conocidos: versión { $version }.
referrers-spam-why = Por qué
referrers-spam-listed = en una lista de dominios conocidos
referrers-spam-everywhere = en la mayoría de los repositorios a la vez
referrers-spam-no-one-comes-back = nadie vuelve
