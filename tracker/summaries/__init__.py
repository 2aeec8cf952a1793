"""Pages of figures: country by year, partners, years, home, and how we count. Numbers come from `counting.queries` only."""
