# フィード：出来事と、月ごとのまとめ。
feed-events = 出来事
feed-months = 月ごとのまとめ
feed-views-above = { $repository }：{ $day }の閲覧は{ $n }回（通常は{ $usual }回）。
feed-views-below = { $repository }：{ $day }の閲覧は{ $n }回にとどまりました（通常は{ $usual }回）。
feed-clones-above = { $repository }：{ $day }のクローンは{ $n }回（通常は{ $usual }回）。
feed-clones-below = { $repository }：{ $day }のクローンは{ $n }回にとどまりました（通常は{ $usual }回）。
feed-from = 多くは{ $referrer }から来ています。
feed-machines = 人数はごくわずかで、おそらく機械によるものです。
feed-release = { $repository }が{ $release }を公開しました
feed-month-views = 閲覧：{ $n }回。
feed-month-clones = クローン：{ $n }回。
feed-month-before = 前月との比較：{ $moved }。
feed-month-year = 前年との比較：{ $moved }。
