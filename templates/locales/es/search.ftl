# The search page. Its script puts its figures where %1 and %2 are.
search-lead = Encuentra repositorios, propietarios, referentes, rutas y páginas de estos informes en su propio navegador: lo que escribe no se envía a ninguna parte.
search-no-script = La búsqueda necesita JavaScript. Sin él, se llega a todo desde esta lista:
search-label = Buscar
search-placeholder = Repositorio, referente, ruta…
search-hint = Basta el comienzo de las palabras. Las flechas recorren los resultados e Intro los abre.
search-none = No se ha encontrado nada para «%1».
search-found = Resultados: %1
search-more = Mostrar los %1
search-failed = No se ha podido cargar el índice. Vuelva a cargar la página.
search-sent = %1 vistas en los diez primeros · %2
search-all-of = Repositorios: %1
search-owners = Propietarios
search-pages = Páginas
