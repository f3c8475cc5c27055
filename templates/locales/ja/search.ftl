# The search page. Its script puts its figures where %1 and %2 are.
search-lead = このレポートに含まれるリポジトリ、所有者、参照元、パス、ページをブラウザの中だけで検索します。入力した内容はどこにも送信されません。
search-no-script = 検索にはJavaScriptが必要です。JavaScriptなしでは、次の一覧からすべてのページに移動できます：
search-label = 検索語
search-placeholder = リポジトリ、参照元、パス…
search-hint = 単語の先頭だけで検索できます。矢印キーで結果を移動し、Enterキーで開きます。
search-none = 「%1」に一致するものはありません。
search-found = %1件見つかりました
search-more = %1件すべてを表示
search-failed = 索引を読み込めませんでした。ページを再読み込みしてください。
search-sent = 上位10件での閲覧数 %1 · %2
search-all-of = リポジトリ：%1
search-owners = 所有者
search-pages = ページ
