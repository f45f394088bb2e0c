"""What tests share: real servers, waiting without luck. One concept a file."""
