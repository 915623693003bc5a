"""The rules by which a line is compared with what was said; ``soep.drafting.verify`` runs them."""
