frame-skip = Ir al contenido
frame-navigation = Informes
frame-more = Más
frame-menu = Menú
frame-frozen-head = El recuento de GitHub está parado.
frame-frozen = Los días más recientes faltan en la mayoría de los repositorios a la vez. Se debe a GitHub y no a sus lectores: los últimos días aún no dicen nada.
frame-late =
    { $n ->
        [one] Estas cifras llevan { $n } día de retraso.
       *[other] Estas cifras llevan { $n } días de retraso.
    }
frame-late-why = GitHub olvida el tráfico a los 14 días; lo que no se recoja hasta entonces quedará desconocido.
frame-no-data = Aún no hay datos
frame-through = Datos hasta el { $day } (UTC)
frame-rising = provisionales hasta el { $day }
frame-collected = recogidos el { $moment }
frame-utc = Los días son días UTC: cada uno empieza y termina a medianoche UTC, lea esto donde lo lea.
frame-source = Las cifras son de GitHub.
frame-meaning = Qué significan las cifras
