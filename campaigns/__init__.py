"""The app: demands, who answered them and how, and the source of every line."""
