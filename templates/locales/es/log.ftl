# El registro de recogida. Las causas figuran como se registraron.
log-none = No hay ninguna recogida registrada para estos repositorios.
log-fine = La última recogida, { $started }, no tuvo fallos.
log-left = La última recogida, { $started }, no tuvo fallos y dejó { count-repositories } para la próxima vez.
log-failed =
    { $n ->
        [one] En la última recogida, { $started }, falló { count-repositories }.
       *[other] En la última recogida, { $started }, fallaron { count-repositories }.
    }
log-failed-and-left =
    { $n ->
        [one] { $left ->
            [one] En la última recogida, { $started }, falló { count-repositories } y { $left } quedó para la próxima vez.
           *[other] En la última recogida, { $started }, falló { count-repositories } y { $left } quedaron para la próxima vez.
        }
       *[other] { $left ->
            [one] En la última recogida, { $started }, fallaron { count-repositories } y { $left } quedó para la próxima vez.
           *[other] En la última recogida, { $started }, fallaron { count-repositories } y { $left } quedaron para la próxima vez.
        }
    }
log-source-wrong = En la última recogida, { $started }, algo iba mal con la propia fuente «{ $source }».
log-collections = Recogidas, las más recientes primero
log-collections-how = en lo que atañe a estos repositorios
log-began = Comienzo, fuente
log-answered = GitHub respondió sobre
log-answered-nothing = nada
log-collected = Recogidos
log-failed-head = Fallidos
log-next = Próxima vez
log-skipped = Omitidos
log-days-read = Días leídos
log-took = Duración
log-took-no-time = menos de 1 s
log-took-seconds = { $n } s
log-took-minutes = { $minutes } min { $seconds } s
log-requests = Solicitudes
log-requests-means = y cuántas por cada repositorio consultado
log-each = { $n } por repositorio
log-unchanged = { $n } sin cambios
log-badge-frozen = detenido
log-badge-doubtful = días omitidos
log-badge-source = fuente
log-badge-failed = fallido
log-badge-next = próxima vez
log-badge-skipped = omitido
log-frozen = Las cifras de GitHub no avanzaron
log-frozen-why = Los días que faltan se vuelven a consultar cada noche; nada se toma por cero.
log-doubtful-why = GitHub no mostró estos días de casi ningún repositorio, aunque la mayoría tienen actividad en los días contiguos. Una cifra que falta es desconocida, no cero.
log-more =
    { $n ->
        [one] y { $n } más
       *[other] y { $n } más
    }
log-again =
    { $n ->
        [one] Lo mismo en { $n } recogida.
       *[other] Lo mismo en { $n } recogidas seguidas.
    }
