import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from pypdf import PdfReader

from cases import services as cases
from jobs import refusals, services
from jobs.letters import rendering, serials
from jobs.models import Employer, Letter, Placement
from jobs.services import Terms
from kit.refusals import ReasonMissing
from notifications.models import Message
from staff.models import AccessLog
from tests.jobs.factories import (
    NOON,
    START,
    TODAY,
    VacancyFactory,
    contacted_case,
    introduced,
    place,
    placed_case,
    printed,
)
from tests.staff.factories import DAFANG_VILLAGE, UserFactory
from tests.workers.factories import make_id_number
from workers.models import JournalLine, Worker

pytestmark = pytest.mark.django_db
TERMS = Terms(start_on=START, evidence="employer_word", evidence_note="回执盖章", needs_transport=True, wage=5200)


@pytest.fixture(autouse=True)
def files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def township(db):
    return UserFactory(township_cadre=True, display_name="陈永红")


def issue(case=None, vacancy=None, by=None, at=NOON, **changes) -> Letter:
    vacancy = vacancy or VacancyFactory(wage_high=5000)
    case = introduced(case or contacted_case(), vacancy, at=at)
    return services.issue_letter(case=case, vacancy=vacancy, by=by, at=at, **changes)


def text_of(letter: Letter) -> str:
    pages = PdfReader(io.BytesIO(rendering.open_pdf(letter, at=NOON))).pages
    assert len(pages) == 1
    return pages[0].extract_text()


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_letter_says_who_where_what_and_until_when(township):
    case = contacted_case(name="韦海", sex="M", birth_date=date(1988, 3, 1))
    vacancy = VacancyFactory(employer__name="浙江省永康市合成五金有限公司", wage_high=5000)

    text = squeezed(text_of(issue(case, vacancy, by=township)))

    for words in (
        "就业推荐信",
        "浙江省永康市合成五金有限公司",
        f"兹推荐猫场镇凤坪村韦海（男，三十八岁，居民身份证号{case.worker.id_number}）",
        "应聘五金装配工岗位",
        "该岗位登记月薪伍仟元，提供食宿",
        "自签发之日起拾伍日内有效，至贰零贰陆年叁月贰拾日止",
        "本信为推荐，不是录用承诺",
        "免费服务。",
        "不向劳动者和用人单位收取任何费用",
        "织金县就业局二〇二六年三月五日",
        "经办人陈永红",
        "首印",
    ):
        assert words in text


def test_the_serial_stands_on_every_part_and_on_both_perforations():
    text = squeezed(text_of(issue()))

    assert text.count("毕织就荐字〔2026〕第0001号") == 7


def test_the_whole_id_number_stands_once_and_masked_elsewhere():
    letter = issue()

    text = text_of(letter)

    assert text.count(letter.worker.id_number) == 1
    assert text.count(letter.facts["id_masked"]) == 2


@pytest.mark.parametrize("name", ["阿木·沙玛", "欧阳𬱖㛃", "䶮𠮷", "买买提·阿卜杜拉·图尔荪江·艾力", "阿卜杜拉图尔荪"])
def test_names_of_every_kind_read_back_on_stub_letter_and_receipt(name):
    text = squeezed(text_of(issue(contacted_case(name=name))))

    assert text.count(name) == 3


def test_a_long_latin_name_stands_whole_on_stub_letter_and_receipt():
    name = "Wolfeschlegelsteinhausenbergerdorff Maxi"

    assert squeezed(text_of(issue(contacted_case(name=name)))).count(squeezed(name)) == 3


@pytest.mark.parametrize("prefix, card", [("952704", "外国人永久居留身份证"), ("810000", "港澳居民居住证")])
def test_the_letter_calls_the_card_by_its_name(prefix, card):
    case = contacted_case(id_number=make_id_number(prefix=prefix))

    text = squeezed(text_of(issue(case)))

    assert f"{card}号{case.worker.id_number}" in text
    assert f"{card}{case.worker.id_number_masked}" in text
    assert "居民身份证" not in text


def heights(letter: Letter, *starts: str) -> list[int]:
    """Millimetres from the top of the page to the first line that begins with each of the words."""
    found = {}

    def see(text, cm, tm, _font, _size):
        up = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        for start in starts:
            if text.strip().startswith(start):
                found.setdefault(start, round(297 - up / 72 * 25.4))

    PdfReader(io.BytesIO(rendering.open_pdf(letter, at=NOON))).pages[0].extract_text(visitor_text=see)
    return [found[start] for start in starts]


@pytest.mark.parametrize("employer,post", [(8, 4), (20, 6), (45, 10), (60, 20), (90, 40), (120, 80)])
def test_however_long_the_words_no_part_runs_into_the_next(employer, post):
    """The last line of each part stays above what stands at its foot: perforation, seal and code, remark."""
    case = contacted_case(name="买买提·阿卜杜拉·图尔荪江·艾力")
    vacancy = VacancyFactory(employer__name="司" * employer, title="工" * post, wage_low=12345, wage_high=23456)
    letter = issue(case, vacancy)

    clerk, end_of_letter, code, seal_day, receipt = heights(
        letter, "经办人", "特此推荐", "扫码验真", "织金县就业局", "填写日期"
    )

    assert clerk < 64
    assert end_of_letter < 159 < code
    assert seal_day > 160
    assert receipt < 286


def test_someone_without_an_id_number_at_hand_gets_a_line_to_write_on():
    text = squeezed(text_of(issue(contacted_case(id_number=""))))

    assert ("未带证件" in text, "居民身份证号" in text, "证件）" in text) == (True, True, False)


def test_a_letter_for_a_job_without_a_post_names_the_employer_alone():
    case = placed_case(vacancy=VacancyFactory())
    Placement.objects.update(vacancy=None, wage=None)

    letter = services.issue_letter(case=case, placement=case.placements.get(), by=None, at=NOON)

    text = squeezed(text_of(letter))
    assert ("工资面议" in text, "登记月薪" in text, "前往贵单位应聘。" in text) == (True, False, True)


def test_the_paper_is_chinese_whatever_language_the_screen_is_in():
    with translation.override("en"):
        letter = issue()
        text = squeezed(text_of(letter))

    assert "织金县猫场镇凤坪村" in text


def test_a_letter_stays_as_issued_when_the_worker_changes():
    letter = issue(contacted_case(name="韦海"))
    worker = letter.worker
    old_number = worker.id_number
    worker.set_name("韦大海")
    worker.set_id_number("522425199001019118")
    worker.save()

    text = squeezed(text_of(letter))

    assert (text.count("韦海"), "韦大海" in text, old_number in text) == (3, False, True)


def test_the_id_number_lies_nowhere_in_the_open():
    letter = issue()
    number = letter.worker.id_number
    letter = rendering.render(letter_id=letter.pk, at=NOON)

    with open(letter.pdf.path, "rb") as file:
        stored = file.read()

    assert number not in str(letter.facts)
    assert (stored[:5] == b"%PDF-", number.encode() in stored) == (False, False)


def test_rendering_twice_is_once():
    letter = issue()
    first = rendering.render(letter_id=letter.pk, at=NOON)

    second = rendering.render(letter_id=letter.pk, at=NOON + timedelta(hours=1))

    assert (second.pdf.name, second.rendered_at) == (first.pdf.name, first.rendered_at)


def test_rendering_that_was_overtaken_by_a_reprint_is_dropped(township, monkeypatch):
    letter = issue()

    def print_meanwhile(html, **_):
        monkeypatch.undo()
        for seen in (0, 1):
            services.print_letter(letter=letter, seen=seen, by=township, at=NOON)
        return b"%PDF-stale"

    monkeypatch.setattr(rendering.papers, "render_pdf", print_meanwhile)
    rendering.render(letter_id=letter.pk, at=NOON)

    assert "补打第1次" in squeezed(text_of(Letter.objects.get()))


def test_issuing_writes_the_journal_and_tells_the_worker(township):
    letter = issue(by=township)

    said = JournalLine.objects.filter(what="letter_issued").values_list("about_id", "data__serial")
    assert list(said) == [(letter.pk, "毕织就荐字〔2026〕第 0001 号")]
    assert list(Message.objects.filter(template="letter_ready").values_list("worker_id", flat=True)) == [
        letter.worker_id
    ]


def test_the_same_form_twice_is_one_letter():
    case, vacancy, once = contacted_case(), VacancyFactory(), uuid4()

    first, second = issue(case, vacancy, once=once), issue(case, vacancy, once=once)

    assert (first, Letter.objects.count()) == (second, 1)


@pytest.mark.parametrize("answer", ["not_hired", "not_reported"])
def test_who_was_not_hired_gets_another_letter_for_the_same_post(township, answer):
    case, post = contacted_case(), VacancyFactory()
    first = issue(case, post)
    services.print_letter(letter=first, seen=0, by=township, at=NOON)
    services.record_receipt(letter=first, result=answer, by=township, at=NOON)

    second = issue(case, post)

    assert (second.pk != first.pk, second.state(TODAY)) == (True, "valid")


def test_one_letter_is_valid_for_one_job_at_a_time(township):
    case, post = contacted_case(), VacancyFactory()
    first = issue(case, post)

    with pytest.raises(refusals.LetterValidAlready) as refused:
        issue(case, post, by=township, at=NOON + timedelta(days=15))

    assert refused.value.letter == first
    assert first.serial in str(refused.value)
    assert issue(case, VacancyFactory()).number == first.number + 1  # the number refused was given back


def test_once_it_is_revoked_or_over_the_next_may_be_issued(township):
    case, post = contacted_case(), VacancyFactory()
    first = issue(case, post)
    services.revoke_letter(letter=first, because="丢失", by=township, at=NOON)

    second = issue(case, post)
    third = issue(case, post, at=NOON + timedelta(days=16))

    assert (second.number, third.number) == (first.number + 1, first.number + 2)


def test_the_database_keeps_one_valid_letter_for_one_job_whoever_presses():
    case, post = contacted_case(), VacancyFactory()
    first = issue(case, post)
    twin = Letter.objects.get(pk=first.pk)
    twin.pk, twin.number, twin.serial, twin.verify_code = None, first.number + 1, "又一封", "QQQQQQQQQQQQ"

    with pytest.raises(IntegrityError, match="one_valid_letter_for_one_job"), transaction.atomic():
        twin.save(force_insert=True)


def test_valid_days_count_from_the_day_of_issue():
    assert issue(valid_days=7).valid_until == TODAY + timedelta(days=7)


@pytest.mark.parametrize("days,state", [(0, "valid"), (15, "valid"), (16, "expired")])
def test_a_letter_is_valid_through_its_last_day(days, state):
    assert issue().state(TODAY + timedelta(days=days)) == state


def test_codes_are_random_and_easy_to_read_out():
    codes = {serials.new_verify_code() for _ in range(200)}

    assert len(codes) == 200
    assert set("".join(codes)) <= set(serials.CODE_LETTERS)
    assert serials.as_typed(serials.spaced("7K3Q9WXD4TPM").lower()) == "7K3Q9WXD4TPM"


@pytest.mark.parametrize("age,refusal", [(15, refusals.UnderAge), (17, refusals.TooYoungForVacancy)])
def test_the_law_on_age_holds_for_letters_too(age, refusal):
    case, post = contacted_case(), VacancyFactory()
    introduced(case, post)
    Worker.objects.filter(pk=case.worker_id).update(birth_date=date(2026 - age, 1, 1))

    with pytest.raises(refusal):
        issue(case, post)

    assert Letter.objects.count() == 0


def test_no_letter_for_an_employer_on_hold_nor_for_a_case_that_has_ended():
    waiting, ended, post = contacted_case(), contacted_case(), VacancyFactory()
    for case in (waiting, ended):
        introduced(case, post)
    cases.close_case(case=ended, reason="moved", by=None, at=NOON)
    Employer.objects.update(is_held=True, hold_reason="欠薪未清")

    for case, refusal in ((waiting, refusals.EmployerHeld), (ended, refusals.NotInReach)):
        with pytest.raises(refusal):
            services.issue_letter(case=case, vacancy=post, by=None, at=NOON)

    assert Letter.objects.count() == 0


def test_each_county_and_year_has_a_book_of_its_own():
    issue()
    issue(contacted_case(area=DAFANG_VILLAGE))
    issue(at=NOON.replace(year=2027), case=contacted_case(at=NOON.replace(year=2027)), vacancy=VacancyFactory())
    issue()

    assert list(Letter.objects.order_by("pk").values_list("serial", flat=True)) == [
        "毕织就荐字〔2026〕第 0001 号",
        "毕大就荐字〔2026〕第 0001 号",
        "毕织就荐字〔2027〕第 0001 号",
        "毕织就荐字〔2026〕第 0002 号",
    ]


def test_a_number_is_given_back_when_the_transaction_fails():
    def stumble():
        with transaction.atomic():
            issue()
            raise RuntimeError("the machine stumbled")

    issue()
    with pytest.raises(RuntimeError):
        stumble()

    assert issue().number == 2


def test_the_database_refuses_a_gap_a_double_a_deletion_and_a_change():
    letter = issue()
    copy = Letter.objects.get()
    copy.pk, copy.verify_code, copy.serial = None, "X" * 12, "another"

    for number in (1, 3):
        copy.number = number
        with pytest.raises(IntegrityError), transaction.atomic():
            copy.save(force_insert=True)
    for change in ({"number": 7}, {"facts": {}}, {"valid_until": date(2027, 1, 1)}, {"verify_code": "Y" * 12}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.all().delete()

    assert Letter.objects.get().number == 1


def test_prints_are_counted_and_the_paper_says_which_it_is(township):
    letter = issue()

    letter = services.print_letter(letter=letter, seen=0, by=township, at=NOON)
    first = squeezed(text_of(letter))
    letter = services.print_letter(letter=letter, seen=1, by=township, at=NOON)
    letter = services.print_letter(letter=letter, seen=2, by=township, at=NOON)
    third = squeezed(text_of(letter))

    assert (letter.print_count, "首印" in first, "补打" in first) == (3, True, False)
    assert ("首印" in third, third.count("补打第2次")) == (False, 3)


def test_pressing_print_twice_on_one_page_is_one_print(township):
    letter = issue()

    for _ in range(2):
        services.print_letter(letter=letter, seen=0, by=township, at=NOON)

    letter.refresh_from_db()
    assert letter.print_count == 1
    assert list(AccessLog.objects.values_list("what", "worker_id")) == [("printed", letter.worker_id)]


def test_an_older_file_is_gone_once_the_reprint_is_rendered(township, django_capture_on_commit_callbacks):
    letter = rendering.render(letter_id=issue().pk, at=NOON)
    old, storage = letter.pdf.name, letter.pdf.storage
    for seen in (0, 1):
        services.print_letter(letter=letter, seen=seen, by=township, at=NOON)

    with django_capture_on_commit_callbacks(execute=True):
        new = rendering.render(letter_id=letter.pk, at=NOON)

    assert (storage.exists(old), storage.exists(new.pdf.name)) == (False, True)


def test_a_revoked_letter_says_why_and_is_neither_printed_nor_answered(township):
    letter = issue()

    services.revoke_letter(letter=letter, because="岗位取消", by=township, at=NOON)

    letter.refresh_from_db()
    assert (letter.state(TODAY), letter.revoked_because) == ("revoked", "岗位取消")
    with pytest.raises(refusals.LetterRevoked):
        services.print_letter(letter=letter, seen=0, by=township, at=NOON)
    with pytest.raises(refusals.LetterRevoked):
        services.record_receipt(letter=letter, result="hired", by=township, at=NOON, terms=TERMS)


def test_revoking_needs_a_reason_and_twice_is_once(township):
    letter = issue()

    with pytest.raises(ReasonMissing):
        services.revoke_letter(letter=letter, because=" ", by=township, at=NOON)
    services.revoke_letter(letter=letter, because="岗位取消", by=township, at=NOON)
    services.revoke_letter(letter=letter, because="别的", by=township, at=NOON + timedelta(days=1))

    letter.refresh_from_db()
    assert (letter.revoked_because, letter.revoked_at) == ("岗位取消", NOON)


def test_a_revoked_number_is_not_given_again(township):
    services.revoke_letter(letter=issue(), because="写错", by=township, at=NOON)

    assert issue().number == 2


def test_a_letter_that_was_never_printed_has_no_receipt():
    case, vacancy = contacted_case(), VacancyFactory()
    letter = issue(case, vacancy)

    with pytest.raises(refusals.NotPrintedYet):
        services.record_receipt(letter=letter, result="not_hired", by=None, at=NOON)
    with pytest.raises(IntegrityError, match="never printed has no receipt"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(receipt="not_hired", receipt_at=NOON)

    case.refresh_from_db()
    assert (case.state, Letter.objects.get().receipt) == ("referred", "")


def test_a_receipt_that_says_hired_places_the_worker():
    case, vacancy = contacted_case(), VacancyFactory()
    services.introduce(case=case, vacancy=vacancy, by=None, at=NOON)
    letter = issue(case, vacancy)

    services.record_receipt(letter=printed(letter), result="hired", by=None, at=NOON, terms=TERMS)

    case.refresh_from_db()
    placement = case.placements.get()
    assert (case.state, placement.vacancy, placement.start_on) == ("placed", vacancy, START)
    assert (placement.found_through, case.introductions.get().result) == ("introduction", "hired")


@pytest.mark.parametrize("result,answer", [("not_hired", "not_hired"), ("not_reported", "no_show")])
def test_a_receipt_that_says_no_sends_the_case_back(result, answer):
    case, vacancy = contacted_case(), VacancyFactory()
    services.introduce(case=case, vacancy=vacancy, by=None, at=NOON)

    services.record_receipt(letter=printed(issue(case, vacancy)), result=result, by=None, at=NOON, note="岗位已满")

    case.refresh_from_db()
    assert (case.state, case.introductions.get().result) == ("contacted", answer)


def test_hired_without_a_first_day_is_refused_and_files_nothing():
    case, vacancy = contacted_case(), VacancyFactory()
    letter = issue(case, vacancy)

    with pytest.raises(refusals.EvidenceMissing):
        services.record_receipt(letter=printed(letter), result="hired", by=None, at=NOON)

    letter.refresh_from_db()
    assert letter.receipt == ""


def test_a_receipt_for_a_job_already_confirmed_is_only_filed():
    case = placed_case(vacancy=VacancyFactory())
    letter = services.issue_letter(case=case, placement=case.placements.get(), by=None, at=NOON)

    services.record_receipt(letter=printed(letter), result="hired", by=None, at=NOON)

    case.refresh_from_db()
    assert (case.state, case.placements.count()) == ("placed", 1)


def test_a_receipt_that_says_never_reported_ends_the_job_it_was_for():
    case = placed_case(vacancy=VacancyFactory())
    letter = services.issue_letter(case=case, placement=case.placements.get(), by=None, at=NOON)

    services.record_receipt(letter=printed(letter), result="not_reported", by=None, at=NOON)

    case.refresh_from_db()
    assert (case.state, case.placements.get().ended_because) == ("contacted", "never_started")


def test_a_receipt_for_one_post_ends_no_other_job_with_the_employer():
    case, asked = contacted_case(), VacancyFactory()
    letter = issue(case, asked)
    other = place(case, VacancyFactory(employer=asked.employer))

    services.record_receipt(letter=printed(letter), result="not_hired", by=None, at=NOON)

    case.refresh_from_db()
    assert (case.state, case.placements.current().get()) == ("placed", other)


def test_a_receipt_for_an_earlier_job_ends_none_confirmed_after_the_letter():
    post, later = VacancyFactory(), NOON + timedelta(days=1)
    case = placed_case(vacancy=post)
    first = case.placements.get()
    letter = services.issue_letter(case=case, placement=first, by=None, at=NOON)
    services.end_placement(placement=first, because="never_started", ended_on=TODAY, by=None, at=NOON)
    again = place(case, post, at=later)

    services.record_receipt(letter=printed(letter), result="not_reported", by=None, at=later)

    case.refresh_from_db()
    assert (case.state, case.placements.current().get()) == ("placed", again)


def test_the_same_receipt_twice_is_one_and_another_is_refused():
    letter = printed(issue())
    for _ in range(2):
        services.record_receipt(letter=letter, result="not_hired", by=None, at=NOON)

    with pytest.raises(refusals.ReceiptRecorded):
        services.record_receipt(letter=letter, result="hired", by=None, at=NOON, terms=TERMS)
