from django.urls import path

from fairs.views import booth_results, booths, casework, confirming, door, exporting, inviting, people, planning

app_name = "fairs"

urlpatterns = [
    path("fairs/", planning.fair_list, name="list"),
    path("fairs.xlsx", exporting.fairs_xlsx, name="list_xlsx"),
    path("fairs/<int:fair_id>/people.xlsx", exporting.people_xlsx, name="people_xlsx"),
    path("fairs/<int:fair_id>/posts.xlsx", exporting.booths_xlsx, name="booths_xlsx"),
    path("fairs/add/", planning.add_fair, name="add"),
    path("fairs/<int:fair_id>/", planning.fair, name="fair"),
    path("fairs/<int:fair_id>/edit/", planning.edit_fair, name="edit"),
    path("fairs/<int:fair_id>/licence/", planning.licence, name="licence"),
    path("fairs/<int:fair_id>/licence.pdf", planning.licence_pdf, name="licence_pdf"),
    path("fairs/<int:fair_id>/open/", planning.open_fair, name="open"),
    path("fairs/<int:fair_id>/start/", planning.start_fair, name="start"),
    path("fairs/<int:fair_id>/finish/", planning.finish_fair, name="finish"),
    path("fairs/<int:fair_id>/cancel/", planning.cancel_fair, name="cancel"),
    path("fairs/<int:fair_id>/call/", planning.call_missing, name="call"),
    path("fairs/<int:fair_id>/booths/", booths.booths, name="booths"),
    path("fairs/<int:fair_id>/booths/<int:booth_id>/remove/", booths.remove_booth, name="remove_booth"),
    path("fairs/<int:fair_id>/booths/<int:booth_id>/offer/", booths.offer, name="offer"),
    path("fairs/<int:fair_id>/booths/<int:booth_id>/results/", booth_results.booth_results, name="booth_results"),
    path("fairs/<int:fair_id>/offers/<int:offer_id>/withdraw/", booths.withdraw_offer, name="withdraw_offer"),
    path("fairs/<int:fair_id>/check-in/", door.check_in, name="check_in"),
    path("fairs/<int:fair_id>/walk-in/", door.walk_in, name="walk_in"),
    path("fairs/<int:fair_id>/live/", door.live, name="live"),
    path("fairs/<int:fair_id>/people/", people.people, name="people"),
    path("fairs/<int:fair_id>/slips/<int:part>.pdf", people.slips_pdf, name="slips_pdf"),
    path("fair-referrals/<int:referral_id>/", people.referral, name="referral"),
    path("fairs/refer-many/", inviting.refer_many, name="refer_many"),
    path("fair-batches/<int:batch_id>/", inviting.batch, name="batch"),
    path("fair-batches/<int:batch_id>/take-back/", inviting.take_back, name="take_back_batch"),
    path("fair-booth/<str:token>/", confirming.confirm, name="confirm"),
    path("fair-referrals/<int:referral_id>/result/", people.result, name="result"),
    path("fair-referrals/<int:referral_id>/undo/", casework.undo_referral, name="undo_referral"),
    path("fair-referrals/<int:referral_id>/undo-check-in/", door.undo_check_in, name="undo_check_in"),
    path("fair-referrals/<int:referral_id>/slip.pdf", people.slip_pdf, name="slip_pdf"),
    path("cases/<int:case_id>/refer-to-fair/", casework.refer, name="refer"),
    path("cases/<int:case_id>/fair-result/", casework.case_result, name="case_result"),
    path("panels/fairs/<int:case_id>/", casework.panel, name="panel"),
]
