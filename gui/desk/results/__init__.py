"""What a run's best weights make of samples they were not trained on.

``page.py`` is the door.
Imports ``gui.desk.data`` for how samples look, ``gui.desk.charts`` for ticks, and the workers.
"""
