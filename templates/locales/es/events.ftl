events-kind-note = nota
events-kind-anomaly = destaca
events-kind-release = versión
events-kind-renamed = renombrado
events-kind-new = nuevo
events-kind-missing = falta
events-kind-doubtful = dudoso
events-kind-frozen = detenido
events-none = Aún no ha ocurrido nada que contar aquí.
events-says =
    { $n ->
        [one] { $n } evento de los últimos 13 meses.
       *[other] { $n } eventos de los últimos 13 meses, los más recientes primero.
    }
events-rest =
    { $n ->
        [one] Aquí se omite { $n } más antiguo.
       *[other] Aquí se omiten { $n } más antiguos.
    }
events-kinds = Etiquetas usadas
events-release = Se publicó { $tag }
events-prerelease = Se publicó { $tag } como versión preliminar
events-renamed = visto por última vez con su nombre anterior { $name }
events-frozen = El recuento de GitHub estaba detenido en las recogidas de { $days }
events-missing =
    Nadie consultó a tiempo { $days } ({ $count ->
        [one] { $count } día
       *[other] { $count } días
    }) de { count-repositories }
events-doubtful = GitHub omitió { $days } en { count-repositories }: desconocido, no cero
events-new = El historial de { count-repositories } comienza el { $days }
events-views-above =
    { $n ->
        [one] { $n } vista
       *[other] { $n } vistas
    }; lo habitual { $usual ->
        [one] es { $usual }
       *[other] son unas { $usual }
    }
events-views-below =
    Solo { $n ->
        [one] { $n } vista
       *[other] { $n } vistas
    }; lo habitual { $usual ->
        [one] es { $usual }
       *[other] son unas { $usual }
    }
events-clones-above =
    { $n ->
        [one] { $n } clon
       *[other] { $n } clones
    }; lo habitual { $usual ->
        [one] es { $usual }
       *[other] son unos { $usual }
    }
events-clones-below =
    Solo { $n ->
        [one] { $n } clon
       *[other] { $n } clones
    }; lo habitual { $usual ->
        [one] es { $usual }
       *[other] son unos { $usual }
    }
events-reason-referrer =
    probablemente desde { $name }, que subió al menos { $n ->
        [one] { $n } vista
       *[other] { $n } vistas
    }
events-reason-machines =
    { $n ->
        [one] de uno solo: probablemente una máquina
       *[other] de solo { $n } distintos: probablemente máquinas
    }
events-several-days = pico del { $peak }, de { $days }
events-joint = {"; "}
