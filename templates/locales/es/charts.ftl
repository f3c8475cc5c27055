charts-peak-day = { $label }: máximo de { $value } el { $when }.
charts-peak-period = { $label }: máximo de { $value } en { $when }.
charts-gaps = Sin datos completos y omitidos: { $count }.
charts-bounds = Mínimos, porque se desconoce una pequeña parte: { $count }.
charts-rising = Los días más recientes aún crecen.
charts-not-from-zero = El eje no empieza en cero.
charts-not-known = desconocido
charts-at-least = al menos
charts-still-rising = aún crece
charts-peak = Máximo
charts-as-table = { $count } como tabla
charts-table-cut = Los { $n } más recientes de un total de { $count }.
charts-remark = Observación
charts-marks = Lanzamientos y notas
charts-marks-more =
    { $n ->
        [one] { $n } evento anterior no está marcado.
       *[other] { $n } eventos anteriores no están marcados.
    }
charts-pre-release = { $tag } (versión preliminar)
charts-tab-recent = 13 semanas
charts-tab-whole = Todo el historial
charts-tab-newest = 14 días
charts-tab-longer = Más tiempo
charts-nothing = Aún no se sabe nada.
charts-heat-busiest = El día más activo fue el { $day } con { $views }.
charts-heat-none = Ninguna vista en estos días.
charts-heat-quiet =
    { $n ->
        [one] { $n } día no tiene vistas.
       *[other] { $n } días no tienen vistas.
    }
charts-heat-unknown =
    { $n ->
        [one] { $n } día es desconocido y aparece rayado.
       *[other] { $n } días son desconocidos y aparecen rayados.
    }
charts-heat-step = { $n } o más
charts-heat-no-view = sin vistas
charts-heat-title = Vistas de las últimas 53 semanas por día, una columna por semana
charts-unknown = desconocido
charts-list-newest = Los 14 días hasta el { $to }, según la lista de GitHub; flechas: puestos desde la lista de dos semanas antes.
charts-list-longer = { $n } listas de 14 días, { $days }, sumadas; no se solapan.
charts-list-together = Los 14 días hasta el { $to }: los diez primeros de { $repositories }, sumados.
charts-list-none = GitHub no enumeró ninguno.
charts-list-missing = Aún no se ha recopilado ninguna lista.
charts-front-page = Página principal
charts-hidden = ≤ { $n } más
charts-longer-note = «≤ … más»: lo que pudo tener además por debajo del décimo puesto, donde GitHub no nombra a nadie. Σ: visitantes de cada 14 días, sumados.
charts-sum-visitors = Σ Visitantes
charts-new = nuevo
charts-first-seen = visto por primera vez el { $when }
charts-places-up =
    { $n ->
        [one] { $n } puesto más arriba que dos semanas antes
       *[other] { $n } puestos más arriba que dos semanas antes
    }
charts-places-down =
    { $n ->
        [one] { $n } puesto más abajo que dos semanas antes
       *[other] { $n } puestos más abajo que dos semanas antes
    }
charts-spam-apart = Omitido como spam de referencia: { $names }. La lista tiene { $raw } vistas con él y { $left } sin él.
