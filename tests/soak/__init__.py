"""Office traffic with random faults for as long as is asked for, many times faster than real time."""
