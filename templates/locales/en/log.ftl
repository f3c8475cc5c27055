# The collection log. Causes are as they were recorded.
log-none = No collection has been recorded for these repositories.
log-fine = The newest collection, { $started }, had no fault.
log-left = The newest collection, { $started }, had no fault and left { count-repositories } for the next time.
log-failed =
    In the newest collection, { $started }, { $n ->
        [one] { $n } repository
       *[other] { $n } repositories
    } failed.
log-failed-and-left =
    In the newest collection, { $started }, { $n ->
        [one] { $n } repository
       *[other] { $n } repositories
    } failed and { $left ->
        [one] { $left } was
       *[other] { $left } were
    } left for the next time.
log-source-wrong = In the newest collection, { $started }, something was wrong with the source `{ $source }` itself.
log-collections = Collections, newest first
log-collections-how = as far as they are about these repositories
log-began = Began, source
log-answered = GitHub answered for
log-answered-nothing = nothing
log-collected = Collected
log-failed-head = Failed
log-next = Next time
log-skipped = Skipped
log-days-read = Days read
log-took = Took
log-took-no-time = under 1 s
log-took-seconds = { $n } s
log-took-minutes = { $minutes } min { $seconds } s
log-requests = Requests
log-requests-means = and how many for each repository that was asked for
log-each = { $n } each
log-unchanged = { $n } unchanged
log-badge-frozen = stood still
log-badge-doubtful = days left out
log-badge-source = source
log-badge-failed = failed
log-badge-next = next time
log-badge-skipped = skipped
log-frozen = GitHub’s own figures did not go on
log-frozen-why = The days that are missing are asked for again every night; nothing is taken for zero.
log-doubtful-why = GitHub showed these days of hardly any repository although most are busy around them. Where a figure is missing it is unknown, not zero.
log-more =
    { $n ->
        [one] and { $n } more
       *[other] and { $n } more
    }
log-again =
    { $n ->
        [one] The same in { $n } collection.
       *[other] The same in { $n } collections in a row.
    }
