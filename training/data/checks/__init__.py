"""Whether the data is such as the layers it reaches can take.

``labels.py`` and ``company.py`` are the doors.
Imports the compiler, and of ``training.data`` how samples are held and fed.
"""
