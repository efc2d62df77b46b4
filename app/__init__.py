"""Fencepost: structured post-mortems of joint projects. Start with app/README.md."""
