"""Appeals: somebody asks for a punishment to be lifted, and the staff decide."""
