# What the small script of every page says. It puts its figures where %1 and %2 are.
script-range = Range
script-range-13 = 13 weeks
script-range-26 = 26 weeks
script-range-year = 1 year
script-range-all = Everything
script-sort = Sort
script-filter = Filter
script-filtered = %1 of %2 rows
