overview-figures = Chiffres
overview-compared = 28 jours, comparés à { $before } et, un an plus tôt, à { $year }
overview-year-unknown = pas d’année précédente
overview-year-from = sur un an, contre { $before }
overview-newest-count = dernier relevé
overview-nothing = Rien n’a encore été collecté.
overview-most-viewed = Les { $n } dépôts les plus vus
overview-rest =
    { $n ->
        [one] { $n } dépôt moins vu ne figure pas dans cette liste. Il est compté dans toutes les sommes.
       *[other] { $n } dépôts moins vus ne figurent pas dans cette liste. Ils sont comptés dans toutes les sommes.
    }
overview-newcomers =
    { $n ->
        [one] { $n } dépôt est nouveau : son historique commence dans les jours comparés. Il est compté dans les chiffres, mais pas dans les évolutions.
       *[other] { $n } dépôts sont nouveaux : leur historique commence dans les jours comparés. Ils sont comptés dans les chiffres, mais pas dans les évolutions.
    }
overview-new-title = Nouveaux dépôts
overview-first-day = Premier jour connu
overview-both = { $a }. { $b }
overview-says = { $what }. Ce sont les { $n } jours jusqu’au { $day }, face aux { $n } jours précédents.
overview-says-some = { $what }. Ce sont les { $n } jours jusqu’au { $day }, face aux { $n } jours précédents, dans { $known } dépôts sur { $of } connus dans les deux périodes.
overview-not-compared = Les quatre dernières semaines ne peuvent être comparées aux quatre précédentes : trop de jours sont inconnus.
overview-chart-title = Vues et visiteurs de tous les dépôts
overview-chart-note = Les visiteurs de plusieurs dépôts sont des uniques quotidiens additionnés : qui lit deux dépôts compte deux fois.
overview-views-by-day = Vues par jour, { $days }
overview-views-by-week = Vues par semaine, { $days }
overview-views-by-month = Vues par mois, { $days }
overview-clones-by-day = Clones par jour, { $days }
overview-clones-by-week = Clones par semaine, { $days }
overview-clones-by-month = Clones par mois, { $days }
overview-visitors-summed = Visiteurs (somme des uniques quotidiens)
overview-cloners-summed = Cloneurs (somme des uniques quotidiens)
overview-settled = { $count } sur les jours définitifs.
overview-settled-at-least = Au moins { $count } sur les jours définitifs.
overview-whole-weeks = Seules les semaines entières sont tracées.
overview-whole-months = Seuls les mois entiers sont tracés.
overview-rising = En hausse
overview-falling = En baisse
overview-rising-none = Aucun dépôt n’est en hausse.
overview-falling-none = Aucun dépôt n’est en baisse.
overview-movers-days = vues, 28 jours face aux 28 précédents
overview-before-and-now = Avant et maintenant
overview-stood-title = Ce qui sort de l’ordinaire
overview-stood-says = jours loin de ce qu’apporte d’habitude ce jour de la semaine, et la raison probable
overview-stood-none = Aucun jour ne s’est éloigné de l’habitude.
overview-stood-more =
    { $n ->
        [one] { $n } autre jour, moins marqué.
       *[other] { $n } autres jours, moins marqués.
    }
overview-stood-what = { $count }, contre { $usual } d’habitude
overview-why-referrer = probablement { $name } : au moins { $views } de plus
overview-why-machines = presque personne derrière : probablement une machine
overview-when = Quand
overview-what = Quoi
overview-table-days = 28 jours, face aux 28 précédents et aux mêmes jours un an plus tôt
overview-repository = Dépôt
overview-change = Évolution
overview-change-means = face aux 28 jours précédents
overview-year = Sur un an
overview-year-means = face aux mêmes jours un an plus tôt, 52 semaines avant
overview-weeks-26 = 26 semaines
overview-archived = archivé
overview-private = privé
overview-all-repositories = Tous les dépôts
overview-pages = Pages les plus vues
overview-site = Site
overview-path = Chemin sur GitHub
overview-lists = Les 14 jours jusqu’au { $day } : les dix premiers de { $repositories }, additionnés.
overview-no-list = Aucune liste n’a encore été collectée.
overview-listed-none = GitHub n’en a indiqué aucun.
overview-notes = Notes
overview-list-says = { $repositories }, les plus vus d’abord. Les évolutions comparent 28 jours aux 28 précédents et aux mêmes jours un an plus tôt.
overview-elsewhere = Où les trouver :
overview-no-match = Aucun dépôt collecté ne correspond aux sélecteurs de ce rôle.
