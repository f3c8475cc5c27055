# The search page. Its script puts its figures where %1 and %2 are.
search-lead = Finds repositories, owners, referrers, paths and pages of this bundle, right here in your browser: what you type is sent nowhere.
search-no-script = Searching needs JavaScript. Without it, everything is reached from this list:
search-label = Search for
search-placeholder = Repository, referrer, path …
search-hint = The beginnings of words are enough. Arrow keys move through what is found, Enter opens it.
search-none = Nothing is found for “%1”.
search-found = Found: %1
search-more = Show all %1
search-failed = The index could not be loaded. Load the page again.
search-sent = %1 views in top tens · %2
search-all-of = Repositories: %1
search-owners = Owners
search-pages = Pages
