from django.db import connection
from django.http import HttpResponse


def healthz(request):
    """For a load balancer: 200 when this process reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
