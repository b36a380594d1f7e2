"""Settings come from the environment; `config.environment` says what each may be."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import databases, environment, production

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = environment.which()
IN_PRODUCTION = ENVIRONMENT == "production"
IN_TEST = ENVIRONMENT == "test"
if IN_PRODUCTION:
    production.check()
if IN_TEST:
    from config import test_clock  # it needs what only developers install

    test_clock.follow()  # before anything is loaded that may look at the clock

DEBUG = environment.flag("WAYFARE_DEBUG") and not IN_PRODUCTION
SECRET_KEY = environment.secret("SECRET_KEY")
FIELD_KEYS = environment.secret("FIELD_KEYS").split(",")  # "id:base64 of 32 bytes", newest first
BLIND_INDEX_KEY = environment.secret("BLIND_INDEX_KEY")
ALLOWED_HOSTS = [*environment.words("ALLOWED_HOSTS", "" if IN_PRODUCTION else "*"), "127.0.0.1"]  # there `serve` asks
PUBLIC_BASE_URL = environment.text("PUBLIC_BASE_URL", f"http://localhost:{environment.text('PORT', '8000')}")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")

# In the order of the journey: an app imports only apps named before it.
JOURNEY = [
    "areas",
    "staff",
    "workers",
    "notifications",
    "cases",
    "jobs",
    "fairs",
    "transport",
    "insights",
    "operations",
]
LOCAL_APPS = [name for name in JOURNEY if name not in environment.words("WAYFARE_WITHOUT")]
INSTALLED_APPS = [
    "config",
    "kit",
    *LOCAL_APPS,
    "viewflow",
    "viewflow.workflow",
    "django_fsm",
    "django_htmx",
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
]
MIDDLEWARE = [
    *(["config.test_clock.ClockMiddleware"] if IN_TEST else []),
    "config.logs.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.ContentSecurityPolicy",
    "config.headers.OnlyUtf8",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staff.middleware.LanguageAndTheme",
    "staff.middleware.PrivatePages",
    "staff.middleware.FormsSentByScript",
    "staff.middleware.LoginTakesTheWholePage",
    "staff.middleware.LastSeen",
    "staff.middleware.SecondFactorFirst",
    "staff.middleware.RefusalPages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "staff.middleware.AddressesOfButtons",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "staff.context_processors.workplace",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASE = databases.libpq_parameters()
DATABASES = {"default": databases.django_settings(DATABASE)}

# Celery: PostgreSQL itself carries the tasks unless a broker is named.
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "pgmq://localhost")  # where: in use_postgres_as_broker
BROKER_IS_POSTGRES = CELERY_BROKER_URL.startswith("pgmq:")
WAYFARE_METRICS_TOKEN = environment.text("WAYFARE_METRICS_TOKEN")  # of a Prometheus that reads /metrics
WAYFARE_DEAF_AFTER = environment.number("WAYFARE_DEAF_AFTER", 90)  # seconds without a sign of life of a process

# Who may come in
AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "staff:login"
CSRF_FAILURE_VIEW = "staff.views.page_too_old"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "staff.signing_in.passwords.UnlikeThePerson"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "staff.signing_in.passwords.Varied"},
]
# A code from the phone beside the password: demanded of supervisors, administrators and auditors, or left to them
WAYFARE_SECOND_FACTOR = environment.choice(
    "WAYFARE_SECOND_FACTOR", ("required", "offered"), "required" if IN_PRODUCTION else "offered"
)
PASSWORD_RESET_TIMEOUT = 2 * 24 * 60 * 60  # of a link to choose a password
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "staff/locked_out.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Behind a proxy the caller's address is in X-Forwarded-For: say how many proxies are ours, or axes counts the proxy.
PROXIES = environment.number("PROXIES", 0)
AXES_CLIENT_IP_CALLABLE = "staff.network.counted_address_of"

# Languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = environment.VAR / "staticfiles"
STATICFILES_DIRS = [path for path in (BASE_DIR / "static", BASE_DIR / "var" / "static") if path.is_dir()]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "config.assets.AppFinder",
    "config.assets.NpmFinder",
]
SERVES_SOURCES = DEBUG or IN_TEST
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = SERVES_SOURCES
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if SERVES_SOURCES
        else "config.assets.HashedStorage"
    },
}
WAYFARE_VAR = environment.VAR
MEDIA_ROOT = WAYFARE_VAR / "files"
FILE_UPLOAD_HANDLERS = ["kit.sent_files.KeptInMemory"]
# Days for which a roster can be taken back; what it changed is kept sealed until then
WAYFARE_ROSTER_TAKEN_BACK_WITHIN = environment.number("WAYFARE_ROSTER_TAKEN_BACK_WITHIN", 7)
WAYFARE_CLAMD = environment.address("WAYFARE_CLAMD")  # a virus scanner that is asked about every file
# Folders and buckets for the journal's seals, best on other machines; tests name their own
WAYFARE_SEALS = environment.words(
    "WAYFARE_SEALS", "" if IN_TEST else str(environment.VAR / "seals" / DATABASE["dbname"])
)
WAYFARE_S3 = {  # of the buckets among them
    "endpoint": environment.text("WAYFARE_S3_ENDPOINT"),
    "region": environment.text("WAYFARE_S3_REGION", "us-east-1"),
    "key": environment.text("WAYFARE_S3_KEY"),
    "secret": environment.text("WAYFARE_S3_SECRET"),
    "style": environment.choice("WAYFARE_S3_STYLE", ("path", "virtual"), "path"),
}
WAYFARE_BACKUPS = environment.folder("WAYFARE_BACKUPS", environment.VAR / "backups" / DATABASE["dbname"])
WAYFARE_BACKUPS_DAILY = environment.number("WAYFARE_BACKUPS_DAILY", 7)  # days, and
WAYFARE_BACKUPS_WEEKLY = environment.number("WAYFARE_BACKUPS_WEEKLY", 4)  # weeks, of which one stays each

# Safety
SESSION_ENGINE = "staff.signing_in.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if IN_PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = environment.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = environment.number("SECURE_HSTS_SECONDS", 3600)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None

# The phone network
WAYFARE_SMS_GATEWAY = environment.text("WAYFARE_SMS_GATEWAY", "sandbox")
TWILIO_ACCOUNT_SID = environment.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = environment.text("TWILIO_AUTH_TOKEN")
TWILIO_FROM = environment.text("TWILIO_FROM")
TWILIO_BASE_URL = environment.text("TWILIO_BASE_URL")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": environment.text("WAYFARE_LOG", "line")}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},  # lines at every sign-in; wrong passwords and pauses stay
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pgmq": {"level": "WARNING"},
        "botocore": {"level": "ERROR"},  # what a store answered is told where it is asked
        "urllib3": {"level": "ERROR"},  # a line for each try
        "celery.worker.strategy": {"level": "WARNING"},  # one line a task received
        "celery.app.trace": {"level": "WARNING"},  # one line a task done; failures stay
        "celery.beat": {"level": "WARNING"},
        "waitress": {"level": "ERROR"},  # a line for each request that waits, and for each HEAD answered with a body
        "twilio": {"level": "WARNING"},  # its own INFO lines print phone numbers
    },
}
