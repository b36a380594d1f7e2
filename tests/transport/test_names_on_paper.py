"""No name is cut off on a manifest or ticket, rare characters print on every copy, nobody is without a helper."""

from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader
from weasyprint.formatting_structure.boxes import LineBox, TableBox, TableCellBox, TextBox

from cases.models import Case
from tests.paper_layout import MM, bottom_of, right_of, set_pages, top_of, within, words_in
from tests.staff.factories import UserFactory
from tests.transport.factories import BookingFactory, PlacedCaseFactory, TripFactory
from tests.workers.factories import HouseholdFactory
from transport import papers
from transport.models import Stop
from transport.rules.cars import Car

pytestmark = pytest.mark.django_db

ROW_MM = 5.28
LONG = [
    "欧阳𬱖㛃䶮",
    "买买提阿卜杜",
    "阿卜杜拉图尔荪",
    "买买提·阿卜杜拉·图尔荪江·艾力",
    "Nguyễn Thị Hoa",
    "Maria Magdalena Wolfsburger",
]
LONGEST = "Wolfeschlegelsteinhausenbergerdorff Maxi"  # 40 letters


def a_trip(*names, **more):
    trip = TripFactory(open=True, **more)
    for name in names:
        BookingFactory(trip=trip, case=PlacedCaseFactory(name=name))
    return trip


@pytest.fixture
def boxes_of(monkeypatch):
    """Everything on a manifest, page by page, as WeasyPrint sets it."""

    def boxes_of(trip, copy):
        monkeypatch.setattr(papers, "render_pdf", lambda html, style="": html)
        return set_pages(papers.manifest(trip, copy=copy), "manifest")

    return boxes_of


@pytest.fixture
def laid_out(boxes_of):
    """The cells of a list: (what stands in it, is it whole, how high)."""

    def laid_out(trip, copy):
        lists = [box for page in boxes_of(trip, copy) for box in page if is_list(box)]
        boxes = [box for table in lists for box in table.descendants()]
        return [told(box) for box in boxes if isinstance(box, TableCellBox) and box.element_tag == "td"]

    return laid_out


def is_list(box) -> bool:
    return isinstance(box, TableBox) and "list" in box.element.get("class", "")


def told(cell):
    lines = [box for box in cell.descendants() if isinstance(box, LineBox)]
    words = [box for box in cell.descendants() if isinstance(box, TextBox)]
    right, bottom = cell.position_x + cell.border_width(), cell.position_y + cell.border_height()
    is_whole = all(box.position_x + box.width <= right + 0.5 for box in words)
    is_whole = is_whole and all(line.position_y + line.height <= bottom + 0.5 for line in lines)
    return "".join(box.text for box in words), is_whole, cell.border_height() / MM


@pytest.mark.parametrize("copy", papers.COPIES)
def test_no_name_is_cut_off_on_any_copy(laid_out, copy):
    trip = a_trip(*LONG, LONGEST)

    cells = laid_out(trip, copy)

    text = ["".join(words.split()) for words, _whole, _height in cells]
    assert [name for name in [*LONG, LONGEST] if "".join(name.split()) not in text] == []
    assert [words for words, is_whole, _height in cells if not is_whole] == []
    assert max(height for _words, _whole, height in cells) < ROW_MM + 0.2


def test_a_long_name_stands_whole_beside_the_letter_of_its_household(laid_out):
    trip, home = a_trip("王芳", "阿卜杜拉图尔荪", LONGEST), HouseholdFactory()
    for booking in trip.bookings.select_related("worker"):
        booking.worker.household = home
        booking.worker.save()

    cells = laid_out(trip, papers.POSTED)

    assert [words for words, is_whole, _height in cells if not is_whole] == []
    assert [words for words, _whole, _height in cells if words.endswith("户A")] != []


@pytest.mark.parametrize("copy", papers.COPIES)
def test_the_berth_stands_whole_on_the_sheet_of_its_car(laid_out, copy):
    trip = a_trip("王芳", "王强", kind="train", layout="cars", cars=[vars(Car("12", "soft_sleeper", 2))], drivers=[])
    for seat, label in zip(trip.seats.in_order(), ("12-12下", "12-12上"), strict=True):
        trip.seats.filter(pk=seat.pk).update(label=label)

    cells = laid_out(trip, copy)

    assert [words for words, _whole, _height in cells if words in ("12下", "12上")] == ["12下", "12上"]
    assert [words for words, is_whole, _height in cells if not is_whole] == []


@pytest.mark.parametrize("copy", papers.COPIES)
def test_berths_stand_in_one_size(boxes_of, copy):
    trip = a_trip("王芳", "王强", kind="train", layout="cars", cars=[vars(Car("3", "soft_sleeper", 20))], drivers=[])
    for seat, label in zip(trip.seats.in_order(), ("3-9上", "3-10下"), strict=False):
        trip.seats.filter(pk=seat.pk).update(label=label)

    words = [box for page in boxes_of(trip, copy) for box in page if isinstance(box, TextBox)]

    sizes = {box.text: box.style["font_size"] for box in words if box.text in ("9上", "10下")}
    assert (set(sizes), len(set(sizes.values()))) == ({"9上", "10下"}, 1)


@pytest.mark.parametrize("name", ["泉州客运中心站协作站 周建", "宁波汽车南站协作站 周建 副站长 陈静"])
def test_the_second_line_of_a_cell_does_not_stand_on_the_rule(laid_out, boxes_of, name):
    """Three quarters of a millimetre lie between the rule and the line on which the digits stand."""
    trip = a_trip("王芳", "王强")
    trip.stops.dropoffs().update(contact_name=name, contact_phone="0574-87310002")

    cells = [
        box for page in boxes_of(trip, papers.SEALED) for box in page
        if isinstance(box, TableCellBox) and "87310002" in "".join(words.text for words in words_in(box.descendants()))
    ]  # fmt: skip

    gaps = [(cell.position_y + cell.border_height() - last_line_of(cell)) / MM for cell in cells]
    assert (len(gaps), min(gaps) > 0.75) == (2, True)


def last_line_of(cell) -> float:
    return max(words.position_y + words.baseline for words in words_in(cell.descendants()))


@pytest.mark.parametrize("copy", papers.COPIES)
def test_long_names_of_drivers_and_stops_stay_in_their_columns_and_on_the_page(boxes_of, copy):
    drivers = [{"name": "潘捷·阿卜杜热合曼·麦麦提", "joins_at": "怀化服务区"} for _ in range(3)]
    trip = a_trip("王芳", drivers=drivers, carrier="黔西北合成客运有限责任公司" * 2, staff_aboard="就业局 2 人、" * 9)
    trip.stops.update(name="织金县金南大道汽车客运总站三号门内", landmark="老槐树下公厕旁边红色帐篷")

    page = [box for page in boxes_of(trip, copy) for box in page]

    tables = [box for box in page if isinstance(box, TableBox)][:3]
    sides = [(table.position_x, table.position_x + table.width) for table in tables]
    assert [right > left + 1 for (_, right), (left, _) in pairwise(sides)] == [False, False]
    assert (right_of(page) < 297 - 9, bottom_of(page) < 210 - 8) == (True, True)


@pytest.mark.parametrize("name", ["阿卜杜拉图尔荪", "买买提·阿卜杜拉·图尔荪江·艾力", LONGEST])
def test_the_longest_words_of_a_ticket_lie_on_nothing_else(monkeypatch, leader, name):
    trip = a_trip(name, leader=leader, title="织金 → 永康汽车东站、台州客运中心、宁波汽车南站、温州客运中心站")
    trip.stops.update(
        name="织金县金南大道汽车客运总站三号门内", landmark="老槐树下公厕旁边红色帐篷", contact_name="协作站 " * 6
    )
    monkeypatch.setattr(papers, "render_pdf", lambda html, style="": html)

    (page,) = set_pages(papers.ticket(trip.bookings.get()))

    facts, square = within(page, "facts"), within(page, "code")
    assert name.replace(" ", "") in "".join(box.text for box in facts if isinstance(box, TextBox)).replace(" ", "")
    assert bottom_of(facts) <= top_of(within(page, "foot"))
    assert min(bottom_of(facts), 105) > bottom_of(square)
    assert right_of(facts) <= 148 - 9


# ---- rare characters -----------------------------------------------------------------------------------------------


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


RARE = "𠮷㛃䶮𬱖"


@pytest.mark.parametrize("copy", papers.COPIES)
def test_rare_characters_print_on_every_copy(copy):
    text = text_of(papers.manifest(a_trip(f"王{RARE}"), copy=copy))

    assert f"王{RARE}" in text


def test_a_place_of_private_use_from_gbk_prints_as_the_character_it_was_given_to():
    """As it stands on the register from before: 䶮 had no place of its own yet."""
    trip = a_trip("王芳")
    booking = trip.bookings.get()
    type(booking.worker).objects.filter(pk=booking.worker_id).update(name="王\ue863")
    booking.worker.refresh_from_db()

    assert "王䶮" in text_of(papers.manifest(trip, copy=papers.SEALED))
    assert "王䶮" in text_of(papers.ticket(booking))


# ---- who helps -----------------------------------------------------------------------------------------------------


@pytest.fixture
def leader():
    return UserFactory(transport_organiser=True, display_name="冉桃", phone="13800001111")


def test_where_nobody_waits_the_vehicle_leader_brings_them_on(leader):
    trip = a_trip("王芳", leader=leader)
    Stop.objects.filter(trip=trip).update(contact_name="", contact_phone="")

    assert "车长冉桃13800001111" in text_of(papers.manifest(trip, copy=papers.SEALED))
    assert "接站人车长冉桃13800001111" in text_of(papers.ticket(trip.bookings.get()))


def test_without_a_cadre_somebody_else_is_rung_in_an_emergency(leader):
    trip = a_trip("王芳", leader=leader)
    Case.objects.update(owner=None)
    trip.bookings.update(booked_by=None)

    (row,) = [row for row in rows_of(trip) if row.passenger]
    assert row.contact == "冉桃 13800001111"


def test_in_the_worst_case_the_hotline(leader):
    trip = a_trip("王芳", leader=None)
    Case.objects.update(owner=None)
    trip.bookings.update(booked_by=None)
    type(trip).objects.update(planned_by=None)
    Stop.objects.filter(trip=trip).update(contact_name="", contact_phone="")
    trip.refresh_from_db()

    (row,) = [row for row in rows_of(trip) if row.passenger]
    assert (row.met_by, row.contact) == ("到站等候 12333", "12333")


def rows_of(trip):
    people = papers.passengers_of(trip, list(trip.stops.all()), sees_all=True)
    return papers._lines(trip, people, in_full=True)
