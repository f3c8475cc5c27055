periods-week-chart = Vistas y visitantes por semana
periods-month-chart = Vistas y visitantes por mes
periods-week-none = Aún no se conoce ninguna semana entera.
periods-month-none = Aún no se conoce ningún mes entero.
periods-week-before = semana ant.
periods-month-before = mes anterior
periods-week-before-means = frente a la semana ISO anterior
periods-month-before-means = frente al mes anterior
periods-week-year-means = frente a la semana ISO del mismo número un año antes
periods-month-year-means = frente al mismo mes un año antes
periods-week-matrix =
    { $n ->
        [one] la última semana terminada ({ $n }) y sus cambios
       *[other] las últimas { $n } semanas terminadas; cambios de la más reciente
    }
periods-month-matrix =
    { $n ->
        [one] el último mes terminado ({ $n }) y sus cambios
       *[other] los últimos { $n } meses terminados; cambios del más reciente
    }
periods-week-note = Cada fila se sombrea desde su semana más baja hasta la más alta.
periods-month-note = Cada fila se sombrea desde su mes más bajo hasta el más alto.
periods-week-older =
    { $n ->
        [one] Aquí se omite { $n } semana más antigua.
       *[other] Aquí se omiten { $n } semanas más antiguas.
    }
periods-month-older =
    { $n ->
        [one] Aquí se omite { $n } mes más antiguo.
       *[other] Aquí se omiten { $n } meses más antiguos.
    }
periods-older-where = Están en los archivos.
periods-year = un año antes
periods-days = Días
periods-stars-gained = Estrellas ganadas
periods-stars-means = estrellas dadas en estos días y no retiradas, donde alguien las listó
periods-repositories = Repos
periods-repositories-means = repositorios con historial en estos días
periods-known = Conocido
periods-known-means = cuántos días de estos repositorios se conocen y son definitivos
periods-so-far = en curso
periods-partly = conocido en parte
periods-unknown = desconocido
periods-says = { $name }: { $views }.
periods-says-one = { $name }: { $views }, { $a }.
periods-says-two = { $name }: { $views }, { $a } y { $b }.
periods-week-before-more = un { $percent } más que la semana anterior
periods-week-before-fewer = un { $percent } menos que la semana anterior
periods-week-before-same = casi tantas como la semana anterior ({ $percent })
periods-week-year-more = un { $percent } más que un año antes
periods-week-year-fewer = un { $percent } menos que un año antes
periods-week-year-same = casi tantas como un año antes ({ $percent })
periods-month-before-more = un { $percent } más que el mes anterior
periods-month-before-fewer = un { $percent } menos que el mes anterior
periods-month-before-same = casi tantas como el mes anterior ({ $percent })
periods-month-year-more = un { $percent } más que un año antes
periods-month-year-fewer = un { $percent } menos que un año antes
periods-month-year-same = casi tantas como un año antes ({ $percent })
periods-matrix-title = Vistas por repositorio
periods-matrix-rest =
    { $n ->
        [one] Aquí se omite { $n } repositorio con menos vistas; cuenta en las sumas.
       *[other] Aquí se omiten { $n } repositorios con menos vistas; cuentan en las sumas.
    }
periods-sigma = Σ: suma de únicos diarios, mayor que el número de personas distintas
periods-changes = Los cambios comparan solo repositorios conocidos por completo en ambos periodos. «–» significa que nada, o demasiado poco, se puede comparar. «≥» señala una suma a la que le faltan días desconocidos. Las semanas son semanas ISO, de lunes a domingo, UTC.
