"""Who is in the simulated accounts. Nobody here exists; numbers are of the ranges reserved for fiction."""

from collections.abc import Iterator
import random

from .extension import Extension

COMPANY = "Lakeside Architects"
DEMO_ACCOUNT_ID = 550100000016
LARGE_ACCOUNT_ID = 550200000016

DEMO_USERS = (
    ("101", "Front Desk"),
    ("102", "Alice Moreau"),
    ("103", "Ben Okafor"),
    ("104", "Carla Jensen"),
    ("105", "David Lindqvist"),
    ("106", "Emma Nakamura"),
    ("107", "Farid Haddad"),
    ("108", "Grace Sullivan"),
)
SUPPORT_MEMBERS = ("103", "104", "105")

# Who calls from outside: name (None where the network has none) and number.
CALLERS: tuple[tuple[str | None, str], ...] = (
    ("John Wang", "+14155550123"),
    ("Maria Delgado", "+14155550134"),
    ("Northwind Logistics", "+12125550147"),
    ("Tomás Ferreira", "+13125550159"),
    ("Harbor Dental", "+16505550162"),
    ("Priya Raman", "+19075550171"),
    ("Blue Door Bakery", "+15035550178"),
    (None, "+12065550184"),
    (None, "+17205550190"),
    ("Oliver Stein", "+16175550196"),
)
_FIRST_NAMES = "Ada Bruno Chloe Dmitri Elena Felix Greta Hugo Ines Jonas Kira Leo Mona Nils Olga Paul Rosa Sven Tara"
_LAST_NAMES = "Abel Brandt Costa Duarte Eriksen Fontaine Gruber Hale Ibsen Jansen Keller Lund Meyer Novak Olsen Pires"


def demo_extensions() -> Iterator[Extension]:
    """Yield the extensions of the small office."""
    ids = {number: 550100101016 + place * 1000 for place, (number, _) in enumerate(DEMO_USERS)}
    for number, name in DEMO_USERS:
        yield Extension(
            id=ids[number],
            number=number,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@example.com",
            direct_number=f"+16505550{number}",
        )
    members = tuple(ids[number] for number in SUPPORT_MEMBERS)
    support = {"type": "Department", "direct_number": "+18885550199", "members": members}
    yield Extension(id=550100200016, number="200", name="Support", **support)  # type: ignore[arg-type]
    yield Extension(id=550100300016, number="301", name="Meeting Room", type="Room", direct_number="+16505550130")
    yield Extension(id=550100801016, number="801", name="Park 1", type="ParkLocation")


# Types that are no phones (specification), and a word that nobody knows yet.
ODD_TYPES = (
    "Site",
    "Bot",
    "ProxyAdmin",
    "TieLine",
    "RoomConnector",
    "VoiceAppIntegration",
    "WebVoice",
    "DelegatedLinesGroup",
    "GroupCallPickup",
    "Unknown",
    "HologramDesk",
)


def odd_extensions() -> Iterator[Extension]:
    """Yield an enabled extension of each type that is no phone."""
    for place, kind in enumerate(ODD_TYPES):
        yield Extension(id=550190000016 + place * 1000, number=str(901 + place), name=f"Odd {kind}", type=kind)


def large_extensions(users: int, seed: int) -> Iterator[Extension]:
    """Yield the extensions of a company of so many users."""
    chance = random.Random(f"directory {seed}")
    first_names, last_names = _FIRST_NAMES.split(), _LAST_NAMES.split()
    ids = [550210000016 + place * 1000 for place in range(users)]
    for place, extension_id in enumerate(ids):
        name = f"{chance.choice(first_names)} {chance.choice(last_names)}"
        yield Extension(
            id=extension_id,
            number=str(1001 + place),
            name=name,
            email=f"user{1001 + place}@example.com",
            direct_number=f"+1{200 + place // 100}55501{place % 100:02}",
        )
    for place in range(users // 50):
        members = tuple(ids[place * 50 : place * 50 + 6])
        yield Extension(
            id=550290000016 + place * 1000,
            number=str(80001 + place),
            name=f"Queue {place + 1}",
            type="Department",
            direct_number=f"+18885550{100 + place % 100}",
            members=members,
        )
    yield Extension(id=550291000016, number="90001", name="Park 1", type="ParkLocation")
    yield Extension(id=550291001016, number="90002", name="Main Menu", type="IvrMenu")
    yield Extension(id=550291002016, number=None, name="New Phone", status="Unassigned")
    yield Extension(id=550291003016, number="90003", name="Former User", status="Disabled")
