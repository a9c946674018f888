"""Office addresses of enrolment."""

app_name = "enrolment"
urlpatterns: list = []
