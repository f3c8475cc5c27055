overview = Resumen
repositories = Repositorios
organisations = Organizaciones
weeks = Semanas
months = Meses
referrers = Referentes
paths = Rutas
stars-and-forks = Estrellas y forks
releases-and-downloads = Versiones
data-quality = Calidad de los datos
collection-log = Registro de recogida
events = Eventos
explore = Explorar
search = Búsqueda
downloads = Descargas
glossary = Glosario
account = Cuenta
views = Vistas
visitors = Visitantes
clones = Clones
cloners = Clonadores
stars = Estrellas
forks = Forks
sum-of-daily-uniques = suma de únicos diarios
count-repositories =
    { $n ->
        [one] { $n } repositorio
       *[other] { $n } repositorios
    }
count-days =
    { $n ->
        [one] { $n } día
       *[other] { $n } días
    }
count-weeks =
    { $n ->
        [one] { $n } semana
       *[other] { $n } semanas
    }
count-months =
    { $n ->
        [one] { $n } mes
       *[other] { $n } meses
    }
count-views =
    { $n ->
        [one] { $n } vista
       *[other] { $n } vistas
    }
count-clones =
    { $n ->
        [one] { $n } clon
       *[other] { $n } clones
    }
day = Día
week = Semana
month = Mes
