# 一週間のまとめ。メールとチャンネル用。
digest-subject = { $role }：{ $week }週
digest-figure = 項目
digest-before = 前週比
digest-year = 前年比
digest-no-comparison = 比較できません
digest-moved = 閲覧{ $now }回（前週は{ $before }回）
digest-rising = 増えたリポジトリ
digest-falling = 減ったリポジトリ
digest-events = 目立ったこと
digest-referrers = 読者の参照元（14日間の一覧による）
digest-rising-still = この週の最後の数日はまだ増え続けているため、比較には使っていません。
digest-open = レポートを開く
digest-why = サイトの運営者があなたを宛先に登録しているため、このメールが届いています。
digest-end = 今後は受け取らない
