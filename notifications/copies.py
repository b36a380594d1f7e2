"""The key of a text that is copied for somebody else: it names the row that the copy is about."""

KEY = "dedupe_key"
KEY_OF_A_COPY = "rtrim(replace({old} || ':', ':' || old.about_id || ':', ':' || ({about}) || ':'), ':')"
"""SQL: `old` is the text copied and its column, `about` the key of the row that the copy is about."""
