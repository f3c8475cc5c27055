# Die Woche in Kürze, als Mail und in Kanälen.
digest-subject = { $role }: Woche { $week }
digest-figure = Größe
digest-before = Vorwoche
digest-year = Vorjahr
digest-no-comparison = nicht vergleichbar
digest-moved = { $now } Aufrufe, zuvor { $before }
digest-rising = Im Aufwind
digest-falling = Rückläufig
digest-events = Was auffiel
digest-referrers = Woher die Leser kamen, in Listen über je 14 Tage
digest-rising-still = Die letzten Tage dieser Woche steigen noch; verglichen wird mit ihnen noch nicht.
digest-open = Berichte öffnen
digest-why = Sie erhalten diese Mail, weil der Betreiber der Website Sie dafür eingetragen hat.
digest-end = Keine weiteren Mails erhalten
