# The week in short, by mail and in channels.
digest-subject = { $role }: week { $week }
digest-figure = Figure
digest-before = week before
digest-year = year before
digest-no-comparison = not compared
digest-moved = { $now } views, from { $before }
digest-rising = Rising
digest-falling = Falling
digest-events = What stood out
digest-referrers = Where readers came from, in lists of 14 days each
digest-rising-still = The last days of this week are still rising; nothing is compared with them yet.
digest-open = Open the reports
digest-why = You get this because whoever runs the site has listed you for it.
digest-end = Get no more of these
