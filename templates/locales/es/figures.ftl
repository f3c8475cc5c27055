repositories-of-owners = { count-repositories } de { $owners } propietarios
change-not-compared = sin comparar: algunos días se desconocen o aún crecen
change-compares-some =
    { $n ->
        [one] compara { $known } de { $n } repositorio conocido en ambos periodos
       *[other] compara { $known } de { $n } repositorios conocidos en ambos periodos
    }
change-unknown = desconocido
change-new = nuevo
change-up = sube
change-down = baja
views-began = Comenzaron las vistas: { $now }, antes ninguna
views-held = Las vistas se mantuvieron en { $now }
views-rose = Las vistas subieron un { $percent }, a { $now }
views-fell = Las vistas bajaron un { $percent }, a { $now }
clones-began = Comenzaron los clones: { $now }, antes ninguno
clones-held = Los clones se mantuvieron en { $now }
clones-rose = Los clones subieron un { $percent }, a { $now }
clones-fell = Los clones bajaron un { $percent }, a { $now }
beside-nothing = nada con que comparar
beside-from = desde { $before }
beside-from-in-some = { $now } desde { $before }, en { $known } de { $of }
