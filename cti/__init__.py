"""A self-hosted call router and telephony integration for Twilio."""
