"""Whether the documents of sources can still be reached. Only a command uses this: no page asks another server."""
