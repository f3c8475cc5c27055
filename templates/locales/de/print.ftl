print-title = Druckfassung
print-how = So wird sie auf A4 gedruckt: Mit „Drucken“ in Ihrem Browser kommt sie aufs Papier oder in eine PDF-Datei.
print-foot = Tage sind UTC-Tage. Σ steht vor Summen der täglichen Einzelbesucher; sie sind größer als die Zahl verschiedener Menschen. Verglichen werden nur Repositorys, die in beiden Zeiträumen ganz bekannt sind; „≥“ steht vor einer Summe, der unbekannte Tage fehlen.
