"""Every parser against spoiled input: real payloads, mutated by a seed that is told, so that a find can be repeated."""
