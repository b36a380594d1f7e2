"""People with papers of another kind: permits of Hong Kong, Macao and Taiwan, foreigners' cards, older permits."""

import re
import uuid
from datetime import date, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.staff.factories import FENGPING, MAOCHANG, UserFactory
from tests.workers.factories import WorkerFactory, make_id_number
from tests.workers.rosters import ROSTERS, TODAY, check_roster, import_roster, judged, read_file
from workers.imports.tables import find_people
from workers.imports.uploads import receive_roster
from workers.models import Worker
from workers.rules import masks
from workers.rules.idnumbers import InvalidIdNumber, parse_id_number

FOREIGN_PR = ROSTERS / "foreign_pr.xlsx"
FOREIGNER = make_id_number(prefix="952704")  # first card from Guizhou, of Vietnam
OLD_PERMIT = "MMR520090010101"
NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def reason_against(number: str) -> str:
    with pytest.raises(InvalidIdNumber) as refused:
        parse_id_number(number, TODAY)
    return refused.value.reason


@pytest.mark.parametrize("prefix", ["810000", "820000", "830000", "952704", "911156", "965840"])
def test_permits_of_18_digits_say_sex_and_birth_date_as_everybodys_number_does(prefix):
    read = parse_id_number(make_id_number(prefix=prefix, sex="M"), TODAY)

    assert (read.birth_date, read.sex, read.notes) == (date(1987, 6, 1), "M", ("prefix_elsewhere",))


@pytest.mark.parametrize("prefix", ["916704", "900704", "999704", "952000"])
def test_a_foreigners_number_names_a_province_and_a_nationality(prefix):
    assert reason_against(make_id_number(prefix=prefix)) == "unknown_region"


def test_a_mistyped_foreigners_number_is_noticed():
    wrong = FOREIGNER[:-1] + ("1" if FOREIGNER[-1] != "1" else "2")

    assert reason_against(wrong) == "bad_checksum"


@pytest.mark.parametrize(
    "number",
    [OLD_PERMIT, "mmr 5200 900101 01", "E12345678", "EC1234567", "H1234567801", "C12345678", "P1234567A", "01234567"],
)
def test_a_permit_with_letters_is_no_number_that_can_be_checked(number):
    assert reason_against(number) == "permit_with_letters"


@pytest.mark.parametrize("number", ["O22425198809199026", "ABCD12345678", "E12345", "X", "19850312"])
def test_a_slip_of_the_finger_is_no_permit(number):
    assert reason_against(number) in {"bad_char", "bad_length"}


def test_their_numbers_are_masked_as_any_other():
    written = f"{FOREIGNER} 或 {OLD_PERMIT}"

    assert masks.scrub(written) == f"9527**********{FOREIGNER[-4:]} 或 MMR5*******0101"


# ---- roster --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_trial_of_a_township_with_such_people():
    summary = check_roster(read_file(FOREIGN_PR), by=None, at=NOON)

    assert [(verdict.verdict, verdict.issue_names) for verdict in summary.verdicts] == [
        ("accept", ""),
        ("accept", ""),
        ("reject", "id_permit_with_letters"),
        ("accept", "rare_character_name"),
    ]
    assert "不填号码，先登记" in summary.verdicts[2].message


@pytest.mark.django_db
def test_who_came_by_the_roster_is_found_by_the_whole_number_and_without_marks():
    import_roster(find_people(read_file(FOREIGN_PR)), by=None, at=NOON)

    found = {
        typed: [worker.name for worker in Worker.objects.find(typed)]
        for typed in ("952704199001019028", "81000019900101903X", "nguyen thi hoa", "Nguyễn Thị Hoa")
    }
    assert list(found.values()) == [["阮测"], ["陈港"], ["Nguyễn Thị Hoa"], ["Nguyễn Thị Hoa"]]


@pytest.mark.django_db
def test_a_row_that_says_sex_and_birth_date_beside_an_old_permit_is_registered_without_a_number():
    verdict = judged(id_number=OLD_PERMIT, sex="男", birth_date="1990-01-01")

    assert (verdict.verdict, verdict.issue_names, verdict.person.id_number) == ("review", "id_not_given", "")


@pytest.mark.django_db
def test_the_row_of_an_old_permit_has_the_button_that_opens_the_form_with_the_name(client):
    cadre = UserFactory(township_cadre=True)
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")
    upload = receive_roster(content=FOREIGN_PR.read_bytes(), file_name="x.xlsx", by=cadre, at=timezone.now())

    shown = client.get(f"/workers/import/{upload.pk}/").content.decode()
    [link] = re.findall(r'href="(/workers/add/\?roster=[^"]*)"', shown)
    form = client.get(unescape(link)).context["form"]

    assert [form[name].value() for name in ("name", "township", "village")] == [
        "HLA WIN",
        str(MAOCHANG),
        str(MAOCHANG + 1),
    ]
    client.force_login(UserFactory(township_cadre=True), backend="django.contrib.auth.backends.ModelBackend")
    assert not client.get(unescape(link)).context["form"]["name"].value()


# ---- forms ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client, db):
    client.force_login(UserFactory(township_cadre=True))
    return client


def person(**typed) -> dict:
    return {
        "name": "HLA WIN", "id_number": OLD_PERMIT, "phone": "13800006013", "township": MAOCHANG, "village": FENGPING,
        "status": "unemployed_willing", "source": "visit", "once": str(uuid.uuid4()),
    } | typed  # fmt: skip


BUTTON = 'name="without_number"'


def test_a_foreigners_number_is_registered_in_the_form_and_kept_sealed(signed_in):
    signed_in.post("/workers/add/", person(id_number=FOREIGNER))

    worker = Worker.objects.get()
    assert (worker.id_number, worker.sex, worker.id_number_masked[:6]) == (FOREIGNER, "F", "9527**")
    assert list(Worker.objects.find(FOREIGNER)) == [worker]


def test_the_form_offers_to_register_without_a_number_and_keeps_what_was_typed(signed_in):
    refused = signed_in.post("/workers/add/", person())
    asked = signed_in.post("/workers/add/", person(without_number="1"))
    given = person(without_number="1", sex="M", birth_date="1990-01-01")
    done = signed_in.post("/workers/add/", given)

    assert (refused.status_code, BUTTON in refused.content.decode()) == (422, True)
    form = asked.context["form"]
    assert (form["name"].value(), form["id_number"].value(), sorted(form.errors)) == (
        "HLA WIN",
        "",
        ["birth_date", "sex"],
    )
    assert (done.status_code, Worker.objects.get().id_number) == (302, "")


def test_a_number_put_right_stays_though_enter_presses_that_button(signed_in):
    signed_in.post("/workers/add/", person(id_number=FOREIGNER, without_number="1"))

    assert Worker.objects.get().id_number == FOREIGNER


def test_a_mistyped_number_is_put_right_and_not_left_out(signed_in):
    refused = signed_in.post("/workers/add/", person(id_number="522425198706019021", without_number="1"))

    assert (refused.status_code, BUTTON in refused.content.decode(), Worker.objects.count()) == (422, False, 0)


def test_the_record_is_verified_without_the_number_of_an_old_permit(signed_in):
    worker = WorkerFactory(name="HLA WIN", idless=True)
    page = signed_in.get(f"/workers/{worker.pk}/verify/").context["form"]
    typed = {
        name: page[name].value() or "" for name in page.fields if name not in ("phone_is_gone", "wish_with_spouse")
    }
    typed |= {f"initial-{name}": value for name, value in typed.items()}
    typed |= {"id_number": OLD_PERMIT, "how": "visit"}

    refused = signed_in.post(f"/workers/{worker.pk}/verify/", typed)
    done = signed_in.post(f"/workers/{worker.pk}/verify/", typed | {"without_number": "1"})

    assert (refused.status_code, BUTTON in refused.content.decode(), done.status_code) == (422, True, 302)
