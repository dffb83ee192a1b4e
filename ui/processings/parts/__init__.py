"""The parts of a processing's area: a state and a result each."""
