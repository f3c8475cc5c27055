# Canales: lo que pasó, y los meses en breve.
feed-events = Eventos
feed-months = Los meses en breve
feed-views-above = { $repository }: { $n } vistas el { $day }; lo habitual son { $usual }.
feed-views-below = { $repository }: solo { $n } vistas el { $day }; lo habitual son { $usual }.
feed-clones-above = { $repository }: { $n } clones el { $day }; lo habitual son { $usual }.
feed-clones-below = { $repository }: solo { $n } clones el { $day }; lo habitual son { $usual }.
feed-from = Muchas llegaron desde { $referrer }.
feed-machines = Casi nadie las hizo: probablemente una máquina.
feed-release = { $repository } publicó { $release }
feed-month-views = Vistas: { $n }.
feed-month-clones = Clones: { $n }.
feed-month-before = Frente al mes anterior: { $moved }.
feed-month-year = Frente al año anterior: { $moved }.
