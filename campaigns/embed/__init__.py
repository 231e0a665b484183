"""What other sites show of this record: frames, their script, oEmbed, cards; docs/embedding.md is the contract."""
