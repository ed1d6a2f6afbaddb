"""What Aidline remembers: tables, the transaction, sealed content, files and the audit trail."""
