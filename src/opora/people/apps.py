from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "opora.people"
    label = "people"

    def ready(self) -> None:
        from opora.core import letters
        from opora.people import answers, cabinet, queries

        letters.answers(answers.link_of)
        cabinet.menu_item("Дети", "/cabinet/", 10)
        cabinet.menu_item("Сообщения", "/cabinet/messages/", 80, queries.unread_letters)
        cabinet.menu_item("Профиль", "/cabinet/profile/", 90)
