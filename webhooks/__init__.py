"""Twilio's door: requests verified, de-duplicated, parsed into typed facts, answered with TwiML."""
