"""Invented programmes of an invented region, made by combination from a seed (for tests and the benchmark)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from ..values import GroupFacts, ProgrammeDoc


def _listed(text: str) -> list[str]:
    return text.split()


# Activity → (focus area, words that make its annotations).
ACTIVITIES: dict[str, tuple[str, str]] = {
    "Робототехника": ("technical", "роботы датчики конструктор механизмы соревнования алгоритмы"),
    "Программирование на Python": ("technical", "код алгоритмы игры проекты компьютер задачи"),
    "Авиамоделирование": ("technical", "модели самолётов планер полёт чертёж"),
    "Судомоделирование": ("technical", "модели кораблей парусник чертёж корпус"),
    "Радиоэлектроника": ("technical", "схемы пайка датчики приборы связь"),
    "Легоконструирование": ("technical", "детали модели механизмы фантазия"),
    "3D-моделирование и прототипирование": ("technical", "печать модели чертёж детали"),
    "Видеомонтаж": ("technical", "фильмы съёмка сценарий камера монтаж"),
    "Фотография": ("technical", "снимки портрет свет композиция камера"),
    "Картинг": ("technical", "трасса двигатель соревнования безопасность"),
    "Рисование": ("artistic", "краски композиция натюрморт акварель выставка"),
    "Живопись": ("artistic", "гуашь пленэр цвет натюрморт выставка"),
    "Хореография": ("artistic", "движение постановка концерт пластика"),
    "Бальные танцы": ("artistic", "вальс пара конкурсы осанка ритм"),
    "Современные танцы": ("artistic", "ритм постановка концерт импровизация"),
    "Театральное мастерство": ("artistic", "спектакль роль сцена речь этюды"),
    "Эстрадный вокал": ("artistic", "дыхание песни концерт микрофон"),
    "Хоровое пение": ("artistic", "хор голос концерт дыхание"),
    "Гитара": ("artistic", "аккорды песни ансамбль концерт"),
    "Фортепиано": ("artistic", "ноты этюды концерт слух"),
    "Керамика": ("artistic", "глина обжиг лепка роспись посуда"),
    "Бисероплетение": ("artistic", "украшения схемы выставка усидчивость"),
    "Вязание крючком": ("artistic", "пряжа узоры изделия схемы"),
    "Оригами": ("artistic", "бумага фигуры складывание фантазия"),
    "Роспись по дереву": ("artistic", "узоры традиции промыслы выставка"),
    "Мультипликация": ("artistic", "сценарий кадр персонажи монтаж"),
    "Кулинария": ("artistic", "рецепты выпечка сервировка здоровье"),
    "Шахматы": ("sport", "дебют эндшпиль турниры логика задачи"),
    "Футбол": ("sport", "мяч команда соревнования выносливость"),
    "Волейбол": ("sport", "мяч подача команда турниры"),
    "Баскетбол": ("sport", "мяч команда броски турниры"),
    "Настольный теннис": ("sport", "ракетка подача реакция турниры"),
    "Плавание": ("sport", "бассейн кроль дыхание здоровье"),
    "Лыжные гонки": ("sport", "снег выносливость трасса соревнования"),
    "Карате": ("sport", "техника ката дисциплина пояса"),
    "Самбо": ("sport", "борьба приёмы дисциплина соревнования"),
    "Дзюдо": ("sport", "борьба приёмы татами пояса"),
    "Бокс": ("sport", "удары перчатки дисциплина выносливость"),
    "Художественная гимнастика": ("sport", "лента обруч гибкость выступления"),
    "Спортивная акробатика": ("sport", "кувырки гибкость сила выступления"),
    "Лёгкая атлетика": ("sport", "бег прыжки соревнования выносливость"),
    "Фигурное катание": ("sport", "лёд коньки прыжки выступления"),
    "Хоккей": ("sport", "лёд шайба команда соревнования"),
    "Фехтование": ("sport", "шпага реакция турниры дисциплина"),
    "Скалолазание": ("tourism", "трасса верёвка сила безопасность"),
    "Спортивный туризм": ("tourism", "поход узлы палатка маршрут костёр"),
    "Спортивное ориентирование": ("tourism", "карта компас маршрут лес"),
    "Краеведение": ("tourism", "родной край музей история экскурсии архив"),
    "Юный экскурсовод": ("tourism", "музей рассказ город маршрут"),
    "Юный эколог": ("natural_science", "природа наблюдения вода опыты охрана"),
    "Занимательная химия": ("natural_science", "опыты вещества лаборатория реакция"),
    "Астрономия": ("natural_science", "звёзды планеты телескоп наблюдения"),
    "Олимпиадная математика": ("natural_science", "задачи логика числа геометрия"),
    "Юный натуралист": ("natural_science", "животные растения уход наблюдения"),
    "Аквариумистика": ("natural_science", "рыбки растения вода уход"),
    "Цветоводство": ("natural_science", "растения почва семена уход"),
    "Английский язык": ("social_humanitarian", "речь слова игры чтение общение"),
    "Журналистика": ("social_humanitarian", "статья интервью газета репортаж"),
    "Подготовка к школе": ("social_humanitarian", "буквы счёт речь внимание игры"),
    "Финансовая грамотность": ("social_humanitarian", "деньги бюджет задачи семья"),
    "Юный волонтёр": ("social_humanitarian", "помощь добро акции команда"),
    "Юнармия": ("social_humanitarian", "строевая история патриотизм сборка"),
    "Школа лидера": ("social_humanitarian", "команда проекты речь самоуправление"),
    "Развитие речи": ("social_humanitarian", "звуки слова сказки внимание"),
}
_TITLES = _listed(
    """
    Радуга Вдохновение Старт Горизонт Созвездие Мастерская Орион Фантазия Искра Росток Парус Олимп
    Эврика Апельсин Маяк Ступени Факел Спектр Лабиринт Перспектива Алые паруса Зазеркалье
    Калейдоскоп Изумруд Ассорти Пульсар Вектор Меридиан Азимут Гармония Родничок Солнышко Непоседы
    Светлячок Импульс Прометей Скворушка Жемчужина Атлант Квант
    """
)
_AUDIENCE = ("", "", "", " для начинающих", " для дошкольников", " для младших школьников", " для подростков")
_PATTERNS = (
    "{activity}{audience}",
    "«{title}»: {activity}{audience}",
    "{activity}. {title}",
    "Студия «{title}»",
    "{activity}: первый шаг",
    "Мир {title}. {activity}",
    "{title} и {activity}",
)
_LEADS = (
    "Программа знакомит детей с основами занятия и помогает раскрыть способности каждого",
    "На занятиях ребята учатся работать в команде и доводить начатое до конца",
    "Обучение идёт от простого к сложному, в конце года проходит итоговая работа",
    "Приглашаем всех, кто хочет узнать новое и найти друзей по интересам",
)
_PLACES = _listed(
    """
    Заречный Дубрава Ольховка Берёзово Каменка Луговое Сосновка Рябиновка Приозёрный Ключи Отрадное
    Высокое
    """
)
_SURNAMES = _listed(
    """
    Ковалёва Орлов Зайцева Соколов Мельникова Гусев Лебедева Крылов Белова Журавлёв Титова Савин
    Громова Ершов Щукина Фомин
    """
)
_NAMES = _listed(
    """
    Анна Ирина Пётр Сергей Ольга Мария Иван Елена Артём Наталья Вера Олег
    """
)
_KINDS = (
    "Дом детского творчества",
    "Станция юных техников",
    "Спортивная школа",
    "Школа искусств",
    "Средняя школа",
    "Центр развития",
    "Станция юных натуралистов",
)
_PREFIXES = (
    "",
    "",
    "",
    "по",
    "за",
    "при",
    "вы",
    "пере",
    "рас",
    "на",
    "под",
    "об",
    "от",
    "без",
    "много",
    "само",
)
_ROOTS = _listed(
    """
    бор вод вет вол гор гран дар дел дом друг знак зор игр иск кам клад клен княж колос край крас
    крут лад лес лист луг луч мед мел мир мост мудр мыс нов образ оз олен пар пес пис плав план пол
    прав прост пут рад раз род рос рук ряб свет серд сил сказ слав слов смен снег сол сон спор стар
    сто страж стрел строй сыр тем тих точ трав труд узор ум холм храм цвет чайк част чист чуд шаг
    шум щедр юг ягод ярк ясн
    """
)
_SUFFIXES = _listed(
    """
    ение ость ник ница ка ок ище ство ание тель ный ая ское енок ушка ец ина ота изна ач арь еж ун
    ист ица очка ичек инка анин янка ыш евик ист ость ыня уля ша
    """
)
_SURNAME_ENDS = ("ов", "ова", "ин", "ина", "евский", "евская", "енко", "ушкин", "ушкина", "ец")
STARTED = datetime(2026, 1, 1, tzinfo=UTC)


def sample_docs(count: int, seed: int = 7, municipalities: int = 42) -> list[ProgrammeDoc]:
    """`count` invented programmes with about 1.75 groups each."""
    random = Random(seed)
    organisations = [_organisation(random, number, municipalities) for number in range(max(3, count * 3 // 40))]
    group_id = 1
    tail = tail_words(random, 20_000)
    surnames = [f"{root}{end}".capitalize() for root in _ROOTS for end in _SURNAME_ENDS] + _SURNAMES
    docs = []
    for number in range(1, count + 1):
        doc = _programme(random, number, random.choice(organisations), group_id)
        extra = [tail[int(len(tail) * random.random() ** 3)] for _ in range(30)]
        name = doc.name if random.random() < 0.8 else f"{doc.name} «{random.choice(tail).capitalize()}»"
        teacher = f"{random.choice(surnames)} {random.choice(_NAMES)}"
        doc = replace(doc, name=name, annotation=f"{doc.annotation} {' '.join(extra)}.", teachers=(teacher,))
        group_id += len(doc.groups)
        docs.append(doc)
    return docs


def tail_words(random: Random, count: int) -> list[str]:
    """Up to `count` words nobody searches for: the long tail that annotations bring into an index."""
    made = {f"{p}{r}{s}": None for p in dict.fromkeys(_PREFIXES) for r in _ROOTS for s in _SUFFIXES}
    return random.sample(list(made), min(count, len(made)))


def _organisation(random: Random, number: int, municipalities: int) -> tuple:
    municipality = 1 + number % municipalities
    place = random.choice(_PLACES)
    name = f"{random.choice(_KINDS)} № {1 + number // 7} «{random.choice(_TITLES)}»"
    return (
        number + 1,
        name,
        municipality,
        place,
        municipality * 100 + _PLACES.index(place),
        50 + random.random() * 3,
        45 + random.random() * 4,
    )


def _programme(random: Random, number: int, organisation: tuple, group_id: int) -> ProgrammeDoc:
    organisation_id, organisation_name, municipality, place, locality, lat, lon = organisation
    activity = random.choice(list(ACTIVITIES))
    focus, vocabulary = ACTIVITIES[activity]
    title = random.choice(_TITLES)
    name = random.choice(_PATTERNS).format(activity=activity, title=title, audience=random.choice(_AUDIENCE))
    details = random.sample(vocabulary.split(), k=3)
    leads = random.choice(_LEADS), random.choice(_LEADS)
    annotation = f"{leads[0]}. {activity}: {', '.join(details)}. {leads[1]}. Модуль {number}."
    groups = tuple(_group(random, group_id + i, lat, lon) for i in range(random.choice((1, 1, 1, 2, 2, 2, 3, 3, 1))))
    return ProgrammeDoc(
        id=number,
        name=name,
        annotation=annotation,
        keywords=f"{activity}, {details[0]}",
        activity_direction=activity,
        organisation=organisation_name,
        venue=f"ул. {random.choice(_TITLES)}, {random.randint(1, 90)}",
        locality=place,
        focus_area=focus,
        level=random.choice(("starter", "basic", "advanced")),
        study_form=random.choice(("full_time", "full_time", "full_time", "distance")),
        municipality_id=municipality,
        organisation_id=organisation_id,
        locality_id=locality,
        published_at=STARTED + timedelta(minutes=random.randint(0, 400_000)),
        completeness=random.randint(40, 100),
        groups=groups,
    )


def _group(random: Random, number: int, lat: float, lon: float) -> GroupFacts:
    low = random.randint(4, 14)
    start = random.choice((540, 600, 840, 900, 960, 1020, 1080))
    paid = random.random() < 0.3
    return GroupFacts(
        id=number,
        age_from=low,
        age_to=min(18, low + random.randint(1, 5)),
        weekdays=frozenset(random.sample(range(1, 8), k=random.randint(1, 3))),
        start_minutes=start,
        end_minutes=start + random.choice((45, 90, 120)),
        free=max(0, random.randint(-6, 12)),
        price_kopecks=random.randint(5, 60) * 10_000 if paid else 0,
        funding=frozenset(
            ("paid",) if paid else random.choice((("budget",), ("certificate",), ("budget", "certificate")))
        ),
        lat=round(lat + random.random() / 50, 6),
        lon=round(lon + random.random() / 50, 6),
        special_needs=random.random() < 0.1,
        window_open=random.random() < 0.8,
        start_date=date(2026, 9, 1),
    )
