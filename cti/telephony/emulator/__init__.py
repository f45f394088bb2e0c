"""A strict stand-in for Twilio Voice: REST resources, TwiML, signed webhooks, browser devices, and a telephone page.

Never reaches Twilio and never takes an account's real auth token. The product knows of it only through
``TWILIO_API_BASE_URL``. Pure: ``verbs``, ``twiml_model``, ``twiml_reader``, ``playback``, ``line_queue``,
``conference``, ``leg``, ``fields``, ``signature``, ``resources``, ``paging``. Edges: the rest.
"""
