# Pages of prose and the figures in them.
content-alert-note = Note
content-alert-tip = Tip
content-alert-important = Important
content-alert-warning = Warning
content-alert-caution = Caution
content-as-of = as of { $day }
content-complete = all days known
content-rising = still rising
content-at-least = at least: some days are unknown
content-unknown = not known
content-lead = { $what }, { $days }: { $value }.
content-table-days = Figures are of the 28 days { $days }, changes against the 28 days before.
content-rest = All repositories
content-path = Path
content-referrer = Referrer
content-explore = Explore these figures
content-nothing = Nothing is known of this yet.
