# Las páginas de texto y sus cifras.
content-alert-note = Nota
content-alert-tip = Consejo
content-alert-important = Importante
content-alert-warning = Advertencia
content-alert-caution = Precaución
content-as-of = a { $day }
content-complete = se conocen todos los días
content-rising = aún en aumento
content-at-least = al menos: faltan algunos días
content-unknown = desconocido
content-lead = { $what }, { $days }: { $value }.
content-table-days = Cifras de los 28 días { $days }; la variación es frente a los 28 días anteriores.
content-rest = Todos los repositorios
content-path = Ruta
content-referrer = Sitio de referencia
content-explore = Explorar estas cifras
content-nothing = Todavía no se sabe nada de esto.
