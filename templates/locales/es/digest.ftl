# La semana en breve, por correo y en canales.
digest-subject = { $role }: semana { $week }
digest-figure = Medida
digest-before = semana anterior
digest-year = año anterior
digest-no-comparison = sin comparación
digest-moved = { $now } vistas, antes { $before }
digest-rising = Suben
digest-falling = Bajan
digest-events = Lo que destacó
digest-referrers = De dónde llegaron los lectores, según listas de 14 días
digest-rising-still = Los últimos días de esta semana todavía suben; aún no se comparan.
digest-open = Abrir los informes
digest-why = Recibe este mensaje porque quien lleva el sitio le ha apuntado.
digest-end = No recibir más
