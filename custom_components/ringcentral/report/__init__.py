"""What a bug report may show: the newest notifications and reads, pseudonymized by path."""
