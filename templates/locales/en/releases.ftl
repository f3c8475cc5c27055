releases-none = No release is known of these repositories.
releases-says =
    { $n ->
        [one] { $n } release
       *[other] { $n } releases
    } in { $repositories ->
        [one] { $repositories } repository.
       *[other] { $repositories } repositories.
    } Downloads are counted per file; GitHub does not count its source archives.
releases-rest =
    { $n ->
        [one] { $n } more is left out here.
       *[other] { $n } more are left out here.
    }
releases-downloads-recent = Downloads in 28 days
releases-downloads-all = Downloads in all
releases-published = Releases in 28 days
releases-readings = to the newest reading
releases-since-upload = since each file was uploaded
releases-published-when = published
releases-newest = Newest releases
releases-newest-says = with the views of the 14 days before and after
releases-release = Release
releases-count = Releases
releases-repository = Repository
releases-day = Published
releases-before = Views before
releases-after = Views after
releases-change = Change
releases-prerelease = pre-release
releases-by-repository = Downloads by repository
releases-by-file = Downloads by file
releases-file = File
releases-size = Size
releases-recent = 28 days
releases-all = In all
