# What the small script of every page says. It puts its figures where %1 and %2 are.
script-range = 期間
script-range-13 = 13週
script-range-26 = 26週
script-range-year = 1年
script-range-all = 全期間
script-sort = 並べ替え
script-filter = 絞り込み
script-filtered = %2行中%1行
