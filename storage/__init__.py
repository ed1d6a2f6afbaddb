"""The memory: tables, the transaction, encryption, photos, outbox, audit."""
