"""Buyers as a shop knows them: what they left behind, who has to pay first, who may not buy, and their appeals."""
