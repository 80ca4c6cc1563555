"""Images as small as the eye allows, on the visitor's own device."""
