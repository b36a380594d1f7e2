"""Files that come with a form stay in memory: on disk one would lie in clear, for ever if the process is killed."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

ROOM = 16 * 1024 * 1024
"""Of all files of one request."""


class KeptInMemory(FileUploadHandler):
    """Of a file that has no room only its size is kept, for its form to refuse it by."""

    def __init__(self, request=None):
        super().__init__(request)
        self.room = ROOM

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data, start):
        self.room -= len(raw_data)
        if self.room >= 0:
            self.content.write(raw_data)

    def file_complete(self, file_size):
        is_whole = self.room >= 0
        content, size = (self.content, file_size) if is_whole else (BytesIO(), max(file_size, ROOM + 1))
        content.seek(0)
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, size, self.charset, self.content_type_extra
        )
