organisation-crumbs = Dónde está
organisation-owner = Propietario
organisation-chart-title = Vistas y visitantes de estos repositorios
organisation-like = Entre iguales: los cambios comparan solo repositorios conocidos por completo en ambos periodos.
organisation-list-says =
    { $n ->
        [one] { $n } propietario. Los cambios comparan 28 días entre iguales: solo repositorios conocidos por completo en ambos periodos.
       *[other] { $n } propietarios, los más vistos primero. Los cambios comparan 28 días entre iguales: solo repositorios conocidos por completo en ambos periodos.
    }
organisation-rest =
    { $n ->
        [one] { $n } propietario con menos vistas no figura en esta lista.
       *[other] { $n } propietarios con menos vistas no figuran en esta lista.
    }
organisation-new =
    { $n ->
        [one] { $n } nuevo
       *[other] { $n } nuevos
    }
