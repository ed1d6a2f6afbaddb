"""The parts of the web chat: who is at the door, what was posted, what is shown, what arrives live."""
