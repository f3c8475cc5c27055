# Words that many pages share. A number is written with the language's separators by itself.
overview = Overview
repositories = Repositories
organisations = Organisations
weeks = Weeks
months = Months
referrers = Referrers
paths = Paths
stars-and-forks = Stars and forks
releases-and-downloads = Releases
data-quality = Data quality
collection-log = Collection log
events = Events
explore = Explore
search = Search
downloads = Downloads
glossary = Glossary
account = Account
views = Views
visitors = Visitors
clones = Clones
cloners = Cloners
stars = Stars
forks = Forks
sum-of-daily-uniques = sum of daily uniques
count-repositories =
    { $n ->
        [one] { $n } repository
       *[other] { $n } repositories
    }
count-days =
    { $n ->
        [one] { $n } day
       *[other] { $n } days
    }
count-weeks =
    { $n ->
        [one] { $n } week
       *[other] { $n } weeks
    }
count-months =
    { $n ->
        [one] { $n } month
       *[other] { $n } months
    }
count-views =
    { $n ->
        [one] { $n } view
       *[other] { $n } views
    }
count-clones =
    { $n ->
        [one] { $n } clone
       *[other] { $n } clones
    }
day = Day
week = Week
month = Month
