# What is around every page.
frame-skip = Skip to the content
frame-navigation = Reports
frame-more = More
frame-menu = Menu
frame-frozen-head = GitHub’s traffic counting stands still.
frame-frozen = Its newest day lags in most repositories at once. This is GitHub’s doing, not your readers’: the last days say nothing yet.
frame-late =
    { $n ->
        [one] These figures are { $n } day behind.
       *[other] These figures are { $n } days behind.
    }
frame-late-why = GitHub forgets traffic after 14 days; what is not collected by then stays unknown.
frame-no-data = No data yet
frame-through = Data through { $day } (UTC)
frame-rising = provisional to { $day }
frame-collected = collected { $moment }
frame-utc = Days are UTC days: each begins and ends at midnight UTC, wherever you read this.
frame-source = Figures are GitHub’s own.
frame-meaning = What the figures mean
