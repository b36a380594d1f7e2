"""Signing in beyond the password: the code of an app, and where somebody is signed in."""
