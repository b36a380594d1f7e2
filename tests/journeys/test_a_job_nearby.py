"""A young man who wants to stay: introduced straight to the works in the county's park, no fair and no bus."""

from tests.journeys import deeds
from tests.journeys.actors import PHONE
from tests.journeys.setting import SHOES

WORKER = "康琦"


def test_a_worker_finds_a_lasting_job_nearby(stage):
    case, village = stage.case_of(WORKER), stage.cadre_of(WORKER)
    stage.on_day(0, hour=10)
    cadre = stage.enter(village, PHONE)

    deeds.record_call(cadre, case, "spoke_to_worker", status="unemployed_willing")
    cadre.open(f"/cases/{case}/introduce/")
    cadre.press(cadre.page.locator("label:has([name=vacancy])", has_text=SHOES[1]))
    cadre.shot("introduce")
    cadre.send("button[form=introduce]")
    assert stage.where_is(WORKER) == ("referred", "result")

    cadre.open(f"/cases/{case}/introduction/")
    cadre.choose("result", "hired")
    deeds.answer_terms(cadre, needs_transport="no")
    cadre.shot("introduction-result")
    cadre.send("button[form=result]")
    assert stage.where_is(WORKER) == ("placed", "follow_up")
    deeds.text_on_phone(cadre, stage, WORKER, SHOES[0])
    stage.send_everybody_home()

    assert deeds.follow_up_to_the_end(stage, WORKER, village) == [7, 30, 90, 180]
    assert stage.where_is(WORKER) == ("settled", None)
    assert stage.one("SELECT count(*) FROM transport_booking WHERE case_id = %s", case) == 0
