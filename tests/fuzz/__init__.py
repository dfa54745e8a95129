"""Every parser against spoiled input: real payloads, mutated by a seed, so that a find can be repeated."""
