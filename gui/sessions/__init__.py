"""The documents that are open in a window, each with panels of its own.

``sessions.py`` shows one of them at a time, ``session.py`` is one, ``tabbar.py`` what one chooses among them by.
Imports every panel and the commands, never the window.
"""
