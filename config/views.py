from django.http import HttpResponse


def healthz(request):
    """This process is alive; asks nothing of anybody. Whether all that it needs is there, `/readyz` says."""
    return HttpResponse("ok\n", content_type="text/plain")
