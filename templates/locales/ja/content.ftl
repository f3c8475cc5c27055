# 文章のページと、その中の数値。
content-alert-note = 補足
content-alert-tip = ヒント
content-alert-important = 重要
content-alert-warning = 警告
content-alert-caution = 注意
content-as-of = { $day }現在
content-complete = 全日数が判明
content-rising = まだ増加中
content-at-least = 一部の日が不明のため、少なくともこの値
content-unknown = 不明
content-lead = { $what }（{ $days }）：{ $value }。
content-table-days = 数値は{ $days }の28日間、増減はその前の28日間との比較です。
content-rest = すべてのリポジトリ
content-path = パス
content-referrer = 参照元
content-explore = この数値を詳しく見る
content-nothing = まだ何も分かっていません。
