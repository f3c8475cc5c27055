stars-watchers = Observadores
stars-issues = Incidencias abiertas
stars-pulls = Pull requests abiertas
stars-gained = Estrellas ganadas por día
stars-gained-lead =
    { $n ->
        [one] En estos días se dio { $n } estrella que no se retiró.
       *[other] En estos días se dieron { $n } estrellas que no se retiraron.
    } Se consultan una vez por semana; a los últimos días pueden faltarles algunas.
stars-lead-more = { $now } el { $day }, { $by } más que el { $before }.
stars-lead-fewer = { $now } el { $day }, { $by } menos que el { $before }.
stars-lead-same = { $now } el { $day }, igual que el { $before }. La diferencia es { $by }.
stars-says-nothing = Aún no hay nada que comparar con hace cuatro semanas.
stars-says-same =
    Tantas estrellas como hace 28 días, en { $known } de { $n ->
        [one] { $n } repositorio.
       *[other] { $n } repositorios.
    }
stars-says-gained =
    { $gained ->
        [one] { $gained } estrella
       *[other] { $gained } estrellas
    } más que hace 28 días, en { $known } de { $n ->
        [one] { $n } repositorio.
       *[other] { $n } repositorios.
    }
stars-says-lost =
    { $lost ->
        [one] { $lost } estrella
       *[other] { $lost } estrellas
    } menos que hace 28 días, en { $known } de { $n ->
        [one] { $n } repositorio.
       *[other] { $n } repositorios.
    }
stars-known-of =
    conocido de { $known } de { $n ->
        [one] { $n } repositorio
       *[other] { $n } repositorios
    }
stars-in-28-days = en 28 días
stars-in-28-days-of =
    en 28 días, en { $known } de { $n ->
        [one] { $n } repositorio
       *[other] { $n } repositorios
    }
stars-gainers = Más estrellas ganadas en 28 días
stars-new = Ganadas
stars-ranking = Por repositorio
stars-ranking-says = según la última lectura, con el cambio en 28 días
stars-repository = Repositorio
stars-rest =
    { $n ->
        [one] Aquí se omite { $n } repositorio más.
       *[other] Aquí se omiten { $n } repositorios más.
    }
stars-none = Aún no se ha leído ningún contador.
