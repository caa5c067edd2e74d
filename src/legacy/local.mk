# legacy: the wires that older clients speak.
