"""Domain checks over real sockets of this machine."""
