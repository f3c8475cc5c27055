releases-none = No se conoce ninguna versión de estos repositorios.
releases-says =
    { $n ->
        [one] { $n } versión
       *[other] { $n } versiones
    } en { $repositories ->
        [one] { $repositories } repositorio.
       *[other] { $repositories } repositorios.
    } Las descargas se cuentan por archivo; GitHub no cuenta sus archivos del código fuente.
releases-rest =
    { $n ->
        [one] Aquí se omite { $n } más.
       *[other] Aquí se omiten { $n } más.
    }
releases-downloads-recent = Descargas en 28 días
releases-downloads-all = Descargas en total
releases-published = Versiones en 28 días
releases-readings = hasta la última lectura
releases-since-upload = desde que se subió cada archivo
releases-published-when = publicadas
releases-newest = Últimas versiones
releases-newest-says = con las vistas de los 14 días anteriores y posteriores
releases-release = Versión
releases-count = Versiones
releases-repository = Repositorio
releases-day = Publicada
releases-before = Vistas antes
releases-after = Vistas después
releases-change = Cambio
releases-prerelease = versión preliminar
releases-by-repository = Descargas por repositorio
releases-by-file = Descargas por archivo
releases-file = Archivo
releases-size = Tamaño
releases-recent = 28 días
releases-all = En total
