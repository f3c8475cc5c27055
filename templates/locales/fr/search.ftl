# The search page. Its script puts its figures where %1 and %2 are.
search-lead = Trouve dépôts, propriétaires, sites référents, chemins et pages de ces rapports, dans votre navigateur : rien de ce que vous saisissez n’est envoyé.
search-no-script = La recherche a besoin de JavaScript. Sans lui, tout est accessible depuis cette liste :
search-label = Rechercher
search-placeholder = Dépôt, site référent, chemin…
search-hint = Le début des mots suffit. Les flèches parcourent les résultats, Entrée les ouvre.
search-none = Aucun résultat pour « %1 ».
search-found = Résultats : %1
search-more = Afficher les %1
search-failed = L’index n’a pas pu être chargé. Rechargez la page.
search-sent = %1 vues dans les tops 10 · %2
search-all-of = Dépôts : %1
search-owners = Propriétaires
search-pages = Pages
