# What the small script of every page says. It puts its figures where %1 and %2 are.
script-range = Zeitraum
script-range-13 = 13 Wochen
script-range-26 = 26 Wochen
script-range-year = 1 Jahr
script-range-all = Alles
script-sort = Sortieren
script-filter = Filtern
script-filtered = %1 von %2 Zeilen
