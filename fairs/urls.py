from django.urls import path

from fairs import views

app_name = "fairs"

urlpatterns = [
    path("fairs/", views.fair_list, name="list"),
    path("fairs/add/", views.add_fair, name="add"),
    path("fairs/<int:fair_id>/", views.fair, name="fair"),
    path("fairs/<int:fair_id>/edit/", views.edit_fair, name="edit"),
    path("fairs/<int:fair_id>/open/", views.open_fair, name="open"),
    path("fairs/<int:fair_id>/start/", views.start_fair, name="start"),
    path("fairs/<int:fair_id>/finish/", views.finish_fair, name="finish"),
    path("fairs/<int:fair_id>/cancel/", views.cancel_fair, name="cancel"),
    path("fairs/<int:fair_id>/booths/", views.booths, name="booths"),
    path("fairs/<int:fair_id>/booths/<int:booth_id>/remove/", views.remove_booth, name="remove_booth"),
    path("fairs/<int:fair_id>/booths/<int:booth_id>/offer/", views.offer, name="offer"),
    path("fairs/<int:fair_id>/offers/<int:offer_id>/withdraw/", views.withdraw_offer, name="withdraw_offer"),
    path("fairs/<int:fair_id>/check-in/", views.check_in, name="check_in"),
    path("fairs/<int:fair_id>/people/", views.people, name="people"),
    path("fairs/<int:fair_id>/slips.pdf", views.slips_pdf, name="slips_pdf"),
    path("fair-referrals/<int:referral_id>/result/", views.result, name="result"),
    path("fair-referrals/<int:referral_id>/undo-check-in/", views.undo_check_in, name="undo_check_in"),
    path("fair-referrals/<int:referral_id>/slip.pdf", views.slip_pdf, name="slip_pdf"),
    path("cases/<int:case_id>/refer-to-fair/", views.refer, name="refer"),
    path("panels/fairs/<int:case_id>/", views.panel, name="panel"),
]
