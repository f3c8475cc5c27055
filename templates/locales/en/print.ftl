# The digest that is made to be printed.
print-title = Print digest
print-how = This is how it prints on A4: use your browser’s “Print” to put it on paper or to save it as a PDF.
print-foot = Days are UTC days. Σ marks sums of daily uniques, which are larger than the number of different people. Changes compare only repositories that are wholly known in both periods; “≥” marks a sum that lacks days nobody knows.
