"""The way from one version of the tables to the next; `HEAD` names the newest."""

HEAD = "0002"
