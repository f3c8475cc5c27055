# Les pages de texte et leurs chiffres.
content-alert-note = Remarque
content-alert-tip = Conseil
content-alert-important = Important
content-alert-warning = Avertissement
content-alert-caution = Attention
content-as-of = au { $day }
content-complete = tous les jours sont connus
content-rising = encore en hausse
content-at-least = au moins : certains jours sont inconnus
content-unknown = inconnu
content-lead = { $what }, { $days } : { $value }.
content-table-days = Chiffres des 28 jours { $days }, évolution par rapport aux 28 jours précédents.
content-rest = Tous les dépôts
content-path = Chemin
content-referrer = Site référent
content-explore = Explorer ces chiffres
content-nothing = On n’en sait encore rien.
