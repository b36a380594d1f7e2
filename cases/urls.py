from django.urls import path

from cases import views

app_name = "cases"

urlpatterns = [
    path("today/", views.today, name="today"),
    path("today/done/", views.done, name="done"),
    path("find/", views.find, name="find"),
    path("settings/", views.settings, name="settings"),
    path("settings/clocks/<int:rule_id>/", views.change_clock, name="change_clock"),
    path("settings/clocks/<int:rule_id>/withdraw/", views.withdraw_clock, name="withdraw_clock"),
    path("settings/days/", views.set_days, name="set_days"),
    path("settings/days/take-back/", views.take_back_day, name="take_back_day"),
    path("cases/", views.case_list, name="list"),
    path("cases/reassign/", views.reassign, name="reassign"),
    path("cases/reassign/<int:handover_id>/", views.handover, name="handover"),
    path("cases/reassign/<int:handover_id>/back/", views.give_back, name="give_back"),
    path("cases.xlsx", views.case_list_xlsx, name="list_xlsx"),
    path("cases/find/", views.find_in_list, name="find_in_list"),
    path("cases/filters/", views.save_filter, name="save_filter"),
    path("cases/filters/<int:filter_id>/drop/", views.drop_filter, name="drop_filter"),
    path("cases/<int:case_id>/", views.case, name="case"),
    path("cases/<int:case_id>/call/", views.call, name="call"),
    path("cases/<int:case_id>/contact/", views.record_call, name="record_contact"),
    path("cases/<int:case_id>/visit/", views.record_visit, name="record_visit"),
    path("cases/<int:case_id>/text/", views.text_worker, name="text_worker"),
    path("cases/<int:case_id>/follow-up/", views.follow_up, name="follow_up"),
    path("cases/<int:case_id>/travel-alone/", views.travel_alone, name="travel_alone"),
    path("cases/<int:case_id>/travel-alone/undo/", views.undo_travel_alone, name="undo_travel_alone"),
    path("cases/<int:case_id>/close/", views.close, name="close"),
    path("cases/<int:case_id>/reopen/", views.reopen, name="reopen"),
    path("cases/<int:case_id>/assign/", views.assign, name="assign"),
    path("cases/<int:case_id>/audit/", views.audit, name="audit"),
    path("cases/<int:case_id>/flow-chart/", views.flow_chart, name="flow_chart"),
    path("follow-ups/<int:entry_id>/", views.follow_up_entry, name="follow_up_entry"),
    path("follow-ups/<int:entry_id>/undo/", views.undo_follow_up, name="undo_follow_up"),
    path("contact-attempts/<int:attempt_id>/", views.attempt, name="attempt"),
    path("contact-attempts/<int:attempt_id>/undo/", views.undo_contact, name="undo_contact"),
]
