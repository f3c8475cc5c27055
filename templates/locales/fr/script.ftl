# What the small script of every page says. It puts its figures where %1 and %2 are.
script-range = Période
script-range-13 = 13 semaines
script-range-26 = 26 semaines
script-range-year = 1 an
script-range-all = Tout
script-sort = Trier
script-filter = Filtrer
script-filtered = %1 lignes sur %2
