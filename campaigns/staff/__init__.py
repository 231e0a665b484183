"""Who gets in and what they may do: login, second factor, sessions, permissions. Nothing here imports the admin."""
