"""The proof that the graders accept right answers and reject wrong ones."""
