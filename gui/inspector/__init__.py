"""The panel on the right: the parameters of what is selected, or of the model itself."""
