"""What public answers share: pages, paging, headers, the cache of whole pages, which pages have a frame."""
