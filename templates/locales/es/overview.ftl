overview-figures = Cifras
overview-compared = 28 días, comparados con { $before } y, un año antes, con { $year }
overview-year-unknown = sin año anterior
overview-year-from = en un año, desde { $before }
overview-newest-count = último recuento
overview-nothing = Aún no se ha recogido nada.
overview-most-viewed = Los { $n } repositorios más vistos
overview-rest =
    { $n ->
        [one] { $n } repositorio con menos vistas no figura en esta lista. Cuenta en todas las sumas.
       *[other] { $n } repositorios con menos vistas no figuran en esta lista. Cuentan en todas las sumas.
    }
overview-newcomers =
    { $n ->
        [one] { $n } repositorio es nuevo: su historial empieza en los días comparados. Cuenta en las cifras, pero no en los cambios.
       *[other] { $n } repositorios son nuevos: su historial empieza en los días comparados. Cuentan en las cifras, pero no en los cambios.
    }
overview-new-title = Repositorios nuevos
overview-first-day = Primer día conocido
overview-both = { $a }. { $b }
overview-says = { $what }. Son los { $n } días hasta el { $day }, frente a los { $n } días anteriores.
overview-says-some = { $what }. Son los { $n } días hasta el { $day }, frente a los { $n } días anteriores, en { $known } de { $of } repositorios conocidos en ambos periodos.
overview-not-compared = Las últimas cuatro semanas no se pueden comparar con las cuatro anteriores: se desconocen demasiados días.
overview-chart-title = Vistas y visitantes de todos los repositorios
overview-chart-note = Los visitantes de varios repositorios son únicos diarios sumados: quien lee dos repositorios cuenta dos veces.
overview-views-by-day = Vistas por día, { $days }
overview-views-by-week = Vistas por semana, { $days }
overview-views-by-month = Vistas por mes, { $days }
overview-clones-by-day = Clones por día, { $days }
overview-clones-by-week = Clones por semana, { $days }
overview-clones-by-month = Clones por mes, { $days }
overview-visitors-summed = Visitantes (suma de únicos diarios)
overview-cloners-summed = Clonadores (suma de únicos diarios)
overview-settled = { $count } en los días definitivos.
overview-settled-at-least = Al menos { $count } en los días definitivos.
overview-whole-weeks = Solo se dibujan semanas enteras.
overview-whole-months = Solo se dibujan meses enteros.
overview-rising = Suben
overview-falling = Bajan
overview-rising-none = Ningún repositorio subió.
overview-falling-none = Ningún repositorio bajó.
overview-movers-days = vistas, 28 días frente a los 28 anteriores
overview-before-and-now = Antes y ahora
overview-stood-title = Lo que llamó la atención
overview-stood-says = días lejos de lo que suele traer su día de la semana, y la razón probable
overview-stood-none = Ningún día se alejó de lo habitual.
overview-stood-more =
    { $n ->
        [one] { $n } día más destacó menos.
       *[other] { $n } días más destacaron menos.
    }
overview-stood-what = { $count }, cuando lo habitual son { $usual }
overview-why-referrer = probablemente { $name }: trajo al menos { $views } más
overview-why-machines = casi nadie las hizo: probablemente una máquina
overview-when = Cuándo
overview-what = Qué
overview-table-days = 28 días, frente a los 28 anteriores y a los mismos días un año antes
overview-repository = Repositorio
overview-change = Cambio
overview-change-means = frente a los 28 días anteriores
overview-year = Un año
overview-year-means = frente a los mismos días un año antes, 52 semanas atrás
overview-weeks-26 = 26 semanas
overview-archived = archivado
overview-private = privado
overview-all-repositories = Todos los repositorios
overview-pages = Páginas más vistas
overview-site = Sitio
overview-path = Ruta en GitHub
overview-lists = Los 14 días hasta el { $day }: los diez primeros de { $repositories }, sumados.
overview-no-list = Aún no se ha recogido ninguna lista.
overview-listed-none = GitHub no indicó ninguno.
overview-notes = Notas
overview-list-says = { $repositories }, los más vistos primero. Los cambios comparan 28 días con los 28 anteriores y con los mismos días un año antes.
overview-elsewhere = Dónde encontrarlos:
overview-no-match = Ningún repositorio recogido corresponde a los selectores de este rol.
