"""How much two pictures differ to the eye."""
