"""Who works on what: desks with their partners and their people."""
