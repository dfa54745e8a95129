"""Every parser against spoiled input: real payloads, mutated by a seed that is printed, so that a find can be repeated."""
