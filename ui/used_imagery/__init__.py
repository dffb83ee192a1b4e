"""The imagery that a processing used, chosen again for another one."""
