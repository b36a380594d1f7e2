import pytest

from transport.rules import layouts
from transport.rules.layouts import Layout, SeatPosition
from transport.rules.seating import are_neighbours, are_together, choose_seats


def seat_numbers(seats):
    return [seat.number for seat in seats]


@pytest.fixture
def coach():
    return list(layouts.seat_positions(Layout.COACH_49, 49))


def test_a_coach_of_49_is_eleven_rows_of_two_and_two_and_a_back_row_of_five(coach):
    by_row = [[position.column for position in coach if position.row == row] for row in range(1, 13)]

    assert by_row == [[1, 2, 4, 5]] * 11 + [[1, 2, 3, 4, 5]]
    assert seat_numbers(coach) == list(range(1, 50))


@pytest.mark.parametrize("layout, seats", [(Layout.COACH_37, 37), (Layout.COACH_49, 49), (Layout.COACH_53, 53)])
def test_coaches_have_the_seats_they_are_named_for(layout, seats):
    assert layouts.capacity_of(layout) == seats
    assert len(list(layouts.seat_positions(layout, seats))) == seats


def test_rows_of_an_aeroplane_carry_letters_and_the_last_may_be_short():
    seat_positions = list(layouts.seat_positions(Layout.ROWS_OF_6, 8))

    assert [position.label for position in seat_positions] == ["1A", "1B", "1C", "1D", "1E", "1F", "2A", "2B"]
    assert seat_positions[-1] == SeatPosition(8, "2B", 2, 2)


def test_places_without_a_number_are_counted_all_the_same():
    seat_positions = list(layouts.seat_positions(Layout.PLACES, 1200))

    assert seat_positions[-1] == SeatPosition(1200, "1200", None, None)
    assert not layouts.has_map(Layout.PLACES)


def test_a_coach_with_the_wrong_number_of_seats_is_a_mistake():
    with pytest.raises(ValueError, match="has 49 seats, not 48"):
        list(layouts.seat_positions(Layout.COACH_49, 48))


def test_a_couple_sits_beside_each_other(coach):
    free = [position for position in coach if position.number in {3, 6, 9, 10, 20}]

    assert seat_numbers(choose_seats(free, 2)) == [9, 10]


def test_a_couple_would_rather_not_have_the_aisle_between_them(coach):
    assert seat_numbers(choose_seats(coach[1:], 2)) == [3, 4]


def test_across_the_aisle_is_beside_but_a_window_on_each_side_is_not(coach):
    assert are_neighbours(coach[1], coach[2])
    assert not are_neighbours(coach[0], coach[3])


def seats_of(coach, *numbers):
    return [coach[number - 1] for number in numbers]


@pytest.mark.parametrize("numbers, are", [((1, 5), True), ((1, 6), False), ((1, 9), False), ((4, 5), False)])
def test_the_same_column_one_row_behind_is_near(coach, numbers, are):
    assert are_neighbours(*seats_of(coach, *numbers)) is are


@pytest.mark.parametrize(
    "numbers, are",
    [((1, 2, 3), True), ((1, 2, 6), True), ((1, 23, 24), False), ((1, 23, 2), False), ((1, 2, 23), False)],
)
def test_a_group_is_together_when_each_is_reached_from_seat_to_seat(coach, numbers, are):
    assert are_together(seats_of(coach, *numbers)) is are


def test_whoever_has_no_numbered_place_can_stand_beside_anyone(coach):
    standing = SeatPosition(50, "50", None, None)

    assert are_neighbours(standing, coach[0])
    assert are_neighbours(coach[0], standing)


def test_a_row_far_back_is_closer_than_a_corner_in_front(coach):
    free = seats_of(coach, 1, 2, 5, 6, 13, 14, 15, 16)

    assert seat_numbers(choose_seats(free, 4)) == [13, 14, 15, 16]


def test_the_last_of_the_seats_counts_too(coach):
    assert seat_numbers(choose_seats(seats_of(coach, 2, 3, 6, 9, 10, 11), 3)) == [9, 10, 11]


def test_a_family_of_four_gets_a_whole_row_before_parts_of_two(coach):
    free = [position for position in coach if position.number in {3, 4, 5, 6, 13, 14, 15, 16}]

    assert seat_numbers(choose_seats(free, 4)) == [13, 14, 15, 16]


def test_a_family_of_five_takes_the_back_row(coach):
    assert seat_numbers(choose_seats([*coach[3:7], *coach[44:]], 5)) == [45, 46, 47, 48, 49]


def test_a_family_sits_around_the_seat_that_was_pressed(coach):
    pressed = seats_of(coach, 20)[0]

    assert [seat.number for seat in choose_seats(coach, 2, pressed)] == [19, 20]
    assert [seat.number for seat in choose_seats(seats_of(coach, 1, 2, 3), 2, pressed)] == [1, 2]


def test_a_family_that_cannot_sit_together_still_gets_seats(coach):
    chosen = choose_seats([coach[0], coach[22], coach[45]], 3)

    assert seat_numbers(chosen) == [1, 23, 46]
    assert not are_together(chosen)


def test_too_few_free_seats_give_none(coach):
    assert choose_seats(coach[:2], 3) is None


def test_without_numbers_everyone_sits_together():
    seat_positions = list(layouts.seat_positions(Layout.PLACES, 100))

    chosen = choose_seats(seat_positions[50:], 4)

    assert seat_numbers(chosen) == [51, 52, 53, 54]
    assert are_together(chosen)
