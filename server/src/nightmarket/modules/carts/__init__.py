"""The bag: held claims and ordinary lines of a buyer, priced and grouped by shop."""
