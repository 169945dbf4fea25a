"""The tests, in the folders of what they test.

``support`` holds what several share, ``campaigns`` what feeds damage and kills runs. They may import everything.
"""
