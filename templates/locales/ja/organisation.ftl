organisation-crumbs = 現在の位置
organisation-owner = 所有者
organisation-chart-title = これらのリポジトリの閲覧数と訪問者
organisation-like = 増減は、両方の期間が完全に判明しているリポジトリだけで比べています。
organisation-list-says = { $n }人の所有者（閲覧数の多い順）。増減は28日間で、両方の期間が完全に判明しているリポジトリだけを比べています。
organisation-rest = 閲覧数がより少ない{ $n }人の所有者は、この一覧では省略しています。
organisation-new = 新規{ $n }個
