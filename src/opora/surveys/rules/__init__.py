"""Pure rules of forms: what a form is made of, what is typed into it, how its cells are checked."""
