"""Readers of files with samples, one format a file.

``sources.py`` of the folder above calls them.
Imports ``training.data.dataset``.
"""
