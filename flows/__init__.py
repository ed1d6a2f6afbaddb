"""The thinking: conversations, reading, triage, routing, summaries. Pure; see docs/architecture.md."""
