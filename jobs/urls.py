from django.urls import path

from jobs.views import exporting, keeping, letters, panel, placing, undoing, verify

app_name = "jobs"

urlpatterns = [
    path("vacancies/", keeping.vacancies, name="vacancies"),
    path("vacancies.xlsx", exporting.vacancies_xlsx, name="vacancies_xlsx"),
    path("employers.xlsx", exporting.employers_xlsx, name="employers_xlsx"),
    path("vacancies/add/", keeping.add_vacancy, name="vacancy_add"),
    path("vacancies/<int:vacancy_id>/", keeping.vacancy, name="vacancy"),
    path("vacancies/<int:vacancy_id>/change/", keeping.change_vacancy, name="vacancy_change"),
    path("vacancies/<int:vacancy_id>/close/", keeping.close_vacancy, name="vacancy_close"),
    path("vacancies/<int:vacancy_id>/reopen/", keeping.reopen_vacancy, name="vacancy_reopen"),
    path("employers/", keeping.employers, name="employers"),
    path("employers/add/", keeping.add_employer, name="employer_add"),
    path("employers/<int:employer_id>/", keeping.employer, name="employer"),
    path("employers/<int:employer_id>/change/", keeping.change_employer, name="employer_change"),
    path("employers/<int:employer_id>/hold/", keeping.hold_employer, name="employer_hold"),
    path("employers/<int:employer_id>/lift/", keeping.lift_hold, name="employer_lift"),
    path("cases/<int:case_id>/introduce/", placing.introduce, name="introduce"),
    path("cases/<int:case_id>/introduction/", placing.introduction_result, name="introduction_result"),
    path("cases/<int:case_id>/place/", placing.place, name="place"),
    path("cases/<int:case_id>/letter/", letters.issue, name="issue_letter"),
    path("placements/<int:placement_id>/end/", placing.end_placement, name="placement_end"),
    path(
        "cases/<int:case_id>/introductions/<int:introduction_id>/undo/",
        undoing.undo_introduction,
        name="introduction_undo",
    ),
    path("cases/<int:case_id>/placements/<int:placement_id>/undo/", undoing.undo_placement, name="placement_undo"),
    path(
        "cases/<int:case_id>/introductions/<int:introduction_id>/answer/undo/",
        undoing.undo_answer,
        name="answer_undo",
    ),
    path("letters/<int:letter_id>/receipt/undo/", undoing.undo_receipt, name="receipt_undo"),
    path("letters/<int:letter_id>/undo/", undoing.undo_letter, name="letter_undo"),
    path("placements/<int:placement_id>/evidence/", placing.evidence, name="placement_evidence"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/print/", letters.print_letter, name="letter_print"),
    path("letters/<int:letter_id>/letter.pdf", letters.pdf, name="letter_pdf"),
    path("letters/<int:letter_id>/revoke/", letters.revoke, name="letter_revoke"),
    path("letters/<int:letter_id>/receipt/", letters.receipt, name="letter_receipt"),
    path("panels/jobs/<int:case_id>/", panel.panel, name="panel"),
    path("v/", verify.enter, name="verify_enter"),
    path("v/<str:code>/", verify.verify, name="verify"),
]
