"""Supabase as accounts and as storage (contract supabase.md); loaded only when it is configured."""
