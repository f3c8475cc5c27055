# What the small script of every page says. It puts its figures where %1 and %2 are.
script-range = Periodo
script-range-13 = 13 semanas
script-range-26 = 26 semanas
script-range-year = 1 año
script-range-all = Todo
script-sort = Ordenar
script-filter = Filtrar
script-filtered = %1 de %2 filas
