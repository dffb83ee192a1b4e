"""The sandbox's models: what they are called and cost (`catalog`), and `run`, which finds objects in pixels.

These models are for learning the workflow, not for mapping: they were trained on painted scenes. Nothing is imported
here: the server needs the catalog alone, and would start twice as slowly with the rest.
"""
