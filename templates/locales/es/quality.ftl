quality-none = Aún no se ha recogido nada.
quality-says =
    Se conoce el { $known } de los días asentados; { $days ->
        [one] { $days } día
       *[other] { $days } días
    } en total. Repositorios en riesgo: { $n }.
quality-says-risk =
    Se conoce el { $known } de los días asentados; { $days ->
        [one] { $days } día
       *[other] { $days } días
    } en total. { $n ->
        [one] { $n } repositorio pierde días, o lo hará en cuatro días.
       *[other] { $n } repositorios pierden días, o lo harán en cuatro días.
    }
quality-measured = Medidos
quality-measured-means = GitHub dio una cifra
quality-assumed = Supuestos cero
quality-assumed-means = consultados a tiempo, omitidos por GitHub
quality-provisional = Provisionales
quality-provisional-means = aún crecen
quality-unknown = Desconocidos
quality-unknown-means = no consultados a tiempo u omitidos por GitHub
quality-partly = En parte desconocidos
quality-of-days = { $percent } de los días
quality-risk = Días hasta la pérdida
quality-risk-says = sin recoger desde hace tres días o más; GitHub olvida tras 14
quality-never-collected = nunca recogido
quality-days-left = días restantes: { $n }
quality-days-lost = días perdidos, hasta: { $n }
quality-map = Cobertura por semana
quality-map-says = los peores primero; una columna por semana, la más reciente a la derecha
quality-repository = Repositorio
quality-weeks = Semanas
quality-known = Conocidos en total
quality-unknown-days = Días desconocidos en un año
quality-history = Historial
quality-collected = Recogido
quality-gaps = Lagunas más largas
quality-days = Días
quality-length = Duración
quality-github = Lo que GitHub omitió
quality-stood = Recuento detenido, en las últimas recogidas
quality-doubtful = Días dudosos
quality-doubtful-in = en { count-repositories }
quality-revisions = Revisiones
quality-revisions-says = cifras que cambiaron tras asentarse, las más recientes primero
quality-metric = Cifra
quality-from = De
quality-to = A
quality-what = Qué pasó
quality-seen = Visto
quality-rise = subió tarde; cuenta el valor mayor
quality-drop = bajó; sigue contando el valor mayor
quality-drop-restored = bajó y volvió después
quality-fine = Ninguno.
quality-rest =
    { $n ->
        [one] Aquí se omite { $n } más.
       *[other] Aquí se omiten { $n } más.
    }
lost-title = Esta página no está aquí
lost-says = La dirección no lleva a ningún informe. Vuelva atrás o abra index.html en la carpeta de los informes.
