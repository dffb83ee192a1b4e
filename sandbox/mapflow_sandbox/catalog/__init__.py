"""The imagery catalog: scenes and mosaics that were never taken, over the whole world, and a search among them.

Some lie over the painted scene, and show it. Nothing is imported here, so that a worker loads none of it.
"""
