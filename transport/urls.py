from django.urls import path

from transport import views

app_name = "transport"

urlpatterns = [
    path("trips/", views.trip_list, name="list"),
    path("trips/add/", views.add_trip, name="add"),
    path("trips/<int:trip_id>/", views.trip, name="trip"),
    path("trips/<int:trip_id>/change/", views.edit_trip, name="edit"),
    path("trips/<int:trip_id>/open/", views.open_trip, name="open"),
    path("trips/<int:trip_id>/start-boarding/", views.start_boarding, name="start_boarding"),
    path("trips/<int:trip_id>/depart/", views.depart, name="depart"),
    path("trips/<int:trip_id>/undo-depart/", views.undo_departure, name="undo_departure"),
    path("trips/<int:trip_id>/arrive/", views.arrive, name="arrive"),
    path("trips/<int:trip_id>/cancel/", views.cancel_trip, name="cancel"),
    path("trips/<int:trip_id>/drivers/", views.add_driver, name="add_driver"),
    path("trips/<int:trip_id>/night-stop/", views.park_overnight, name="park_overnight"),
    path("trips/<int:trip_id>/seats/<int:seat_id>/", views.seat, name="seat"),
    path("trips/<int:trip_id>/seats/<int:seat_id>/book/", views.give_seat, name="give_seat"),
    path("trips/<int:trip_id>/manifest.pdf", views.manifest_pdf, name="manifest_pdf"),
    path("trips/<int:trip_id>/board/", views.board, name="board"),
    path("trips/<int:trip_id>/arrivals/", views.arrivals, name="trip_arrivals"),
    path("arrivals/", views.arrivals, name="arrivals"),
    path("bookings/<int:booking_id>/", views.booking, name="booking"),
    path("bookings/<int:booking_id>/confirm/", views.confirm_seat, name="confirm_seat"),
    path("bookings/<int:booking_id>/release/", views.release_seat, name="release_seat"),
    path("bookings/<int:booking_id>/move/", views.move_seat, name="move_seat"),
    path("bookings/<int:booking_id>/swap/", views.swap_seats, name="swap_seats"),
    path("bookings/<int:booking_id>/missing/", views.mark_no_show, name="mark_no_show"),
    path("bookings/<int:booking_id>/found/", views.undo_no_show, name="undo_no_show"),
    path("bookings/<int:booking_id>/call/", views.call, name="call"),
    path("bookings/<int:booking_id>/board/", views.board_from_list, name="board_from_list"),
    path("bookings/<int:booking_id>/undo-board/", views.undo_board, name="undo_board"),
    path("bookings/<int:booking_id>/ticket.pdf", views.ticket_pdf, name="ticket_pdf"),
    path("standby/<int:standby_id>/", views.standby, name="standby"),
    path("standby/<int:standby_id>/seat/", views.seat_standby, name="seat_standby"),
    path("standby/<int:standby_id>/leave/", views.leave_standby, name="leave_standby"),
    path("cases/<int:case_id>/seat/", views.book_for_case, name="book_for_case"),
    path("panels/transport/<int:case_id>/", views.panel, name="panel"),
]
