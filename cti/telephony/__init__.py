"""The line: what can be done to a call, behind one port; Twilio and its emulator are on the other side."""
