print-title = Resumen para imprimir
print-how = Así se imprime en A4: con «Imprimir» en su navegador pasa al papel o se guarda como PDF.
print-foot = Los días son días UTC. Σ señala sumas de únicos diarios, mayores que el número de personas distintas. Los cambios comparan solo repositorios conocidos por completo en ambos periodos; «≥» señala una suma a la que le faltan días desconocidos.
