"""What several tests share: drawings, windows, gestures, workers that compute nothing.

``editor_window`` is the door to the editor. It may import the packages, but no test.
"""
