"""Stand-ins for outside services, on real sockets of this machine."""
